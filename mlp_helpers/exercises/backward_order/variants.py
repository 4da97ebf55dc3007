"""Right answers to `backward_order`, in the styles of different students."""


def backward_order_with_a_stack(end):
    order, done, stack = [], set(), [(end, False)]
    while stack:
        node, sources_are_done = stack.pop()
        if sources_are_done:
            order.append(node)
        elif id(node) not in done:
            done.add(id(node))
            stack.append((node, True))
            stack.extend((source, False) for source, _ in node.sources)
    order.reverse()
    return order


def backward_order_by_counting_users(end):
    users, to_do = {}, [end]
    while to_do:
        node = to_do.pop()
        for source, _ in node.sources:
            if source not in users:
                users[source] = 0
                to_do.append(source)
            users[source] += 1
    order, free = [], [end]
    while free:
        node = free.pop()
        order.append(node)
        for source, _ in node.sources:
            users[source] -= 1
            if not users[source]:
                free.append(source)
    return order


def backward_order_with_iterators(end):
    order, seen = [], {end}
    path = [(end, iter(end.sources))]
    while path:
        node, sources = path[-1]
        for source, _ in sources:
            if source not in seen:
                seen.add(source)
                path.append((source, iter(source.sources)))
                break
        else:
            order.append(node)
            path.pop()
    return order[::-1]


VARIANTS = [backward_order_with_a_stack, backward_order_by_counting_users, backward_order_with_iterators]
