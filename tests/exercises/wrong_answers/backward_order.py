"""Wrong answers to `backward_order`."""

from wrong_answers import partly_right, wrong


@wrong("visits a node once for each way to it", names="twice|once|seen|already")
def backward_order_once_for_each_way(end):
    order = [end]
    for source, _ in end.sources:
        order += backward_order_once_for_each_way(source)
    return order


@wrong("is a breadth-first search", names="before another|wait|all that use|users|uses it")
def backward_order_level_by_level(end):
    order = [end]
    for node in order:
        for source, _ in node.sources:
            if source not in order:
                order.append(source)
    return order


@wrong("does not turn the list round", names="revers|round|begin|end first|the end")
def backward_order_not_reversed(end):
    order, seen = [], set()

    def visit(node):
        if node in seen:
            return
        seen.add(node)
        for source, _ in node.sources:
            visit(source)
        order.append(node)

    visit(end)
    return order


@partly_right("recurses, too deeply for a long graph", names="recurs|calls itself|deep|long")
def backward_order_recursive(end):
    order, seen = [], set()

    def build(node):
        if node not in seen:
            seen.add(node)
            for source, _ in node.sources:
                build(source)
            order.append(node)

    build(end)
    return order[::-1]


@wrong("returns pairs with slopes", names="pair|tuple|slope|not nodes|other than nodes|something else")
def backward_order_of_pairs(end):
    order, seen, stack = [(end, 1.0)], {end}, [end]
    while stack:
        node = stack.pop()
        for source, slope in node.sources:
            if source not in seen:
                seen.add(source)
                order.append((source, slope))
                stack.append(source)
    return order


@wrong("takes pairs for nodes", names="tuple|pair")
def backward_order_pairs_for_nodes(end):
    order = [end]
    for node in order:
        for source in node.sources:
            if source not in order:
                order.append(source)
    return order


@wrong("returns what turned the list round: None", names="None|reverse")
def backward_order_reverse_returns_none(end):
    order, seen = [], []

    def visit(node):
        seen.append(node)
        for source, _ in node.sources:
            if source not in seen:
                visit(source)
        order.append(node)

    visit(end)
    return order.reverse()


@wrong("returns the set of nodes", names="list|set")
def backward_order_set(end):
    seen, stack = set(), [end]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        for source, _ in node.sources:
            stack.append(source)
    return seen


@wrong("keeps its list from call to call", names="other nodes|another graph|earlier|default|order=")
def backward_order_default_list(end, order=[], seen=set()):
    if end not in seen:
        seen.add(end)
        for source, _ in end.sources:
            backward_order_default_list(source)
        order.append(end)
    return order[::-1]


@wrong("counts users, but appends a node whenever its count is at most 0", names="twice|once")
def backward_order_count_too_small(end):
    users = {end: set()}
    nodes = [end]
    for node in nodes:
        for source, _ in node.sources:
            if source not in users:
                users[source] = set()
                nodes.append(source)
            users[source].add(node)
    count = {node: len(users[node]) for node in nodes}
    order = [end]
    for node in order:
        for source, _ in node.sources:
            count[source] -= 1
            if count[source] <= 0:
                order.append(source)
    return order


@wrong("sorts by the shortest way to the end", names="before another|wait|all that use|users|uses it")
def backward_order_by_shortest_way(end):
    distance = {end: 0}
    queue = [end]
    while queue:
        node = queue.pop(0)
        for source, _ in node.sources:
            if source not in distance:
                distance[source] = distance[node] + 1
                queue.append(source)
    return sorted(distance, key=lambda node: distance[node])


@wrong("asks for a number, which these nodes do not have", names="attribute|number")
def backward_order_numbers(end):
    order, stack = [], [end]
    while stack:
        node = stack.pop()
        order.append(node.number)
        for source, _ in node.sources:
            stack.append(source)
    return order


@wrong("prints the nodes", names="return|print")
def backward_order_printed(end):
    print(end)
    for source, _ in end.sources:
        backward_order_printed(source)


@wrong("empties the lists of sources", names="sources|chang|empt")
def backward_order_sources_emptied(end):
    order, seen, stack = [], {end}, [end]
    while stack:
        node = stack[-1]
        if node.sources:
            source, _ = node.sources.pop()
            if source not in seen:
                seen.add(source)
                stack.append(source)
        else:
            order.append(stack.pop())
    return order[::-1]


@wrong("marks nodes for ever, so that a second call finds nothing", names="second|again|mark|visited|left behind")
def backward_order_marks_nodes(end):
    order, stack = [], [(end, False)]
    while stack:
        node, is_done = stack.pop()
        if is_done:
            order.append(node)
        elif not hasattr(node, "visited"):
            node.visited = True
            stack.append((node, True))
            for source, _ in node.sources:
                stack.append((source, False))
    return order[::-1]
