"""Quizzes of the notebooks: right letters, and a reply to each option. Wrong options are known misconceptions."""

from mlp_helpers.exercises.quiz import Question, quiz

ANSWER_KEYS = {
    "quiz_01": quiz(
        Question(
            "b",
            {
                "a": "Small compared with what? What is the error of the rule that always says class 0?",
                "b": (
                    "Right: always saying 0 is wrong in 1 % of the cases, too. The number to beat depends on the "
                    "shares of the classes."
                ),
                "c": "If 1 % of all images are misread, how many of the images of class 1 may be among them?",
                "d": "Overfitting shows as a gap between two errors. How many errors are given here?",
            },
        ),
        Question(
            "d",
            {
                "a": (
                    "Suppose that the output is 1. How large is then the loss of the half labelled 7, and does the "
                    "mean loss rise or fall when the output moves a little towards 7?"
                ),
                "b": "The output is a function of the image. Can equal inputs have different outputs?",
                "c": (
                    "Only labels that occur with these images enter their loss. Compute the mean squared error "
                    "for this output and for some of its neighbours."
                ),
                "d": (
                    "Right: the mean of the labels minimises the squared error, which treats class names as quantities."
                ),
            },
        ),
        Question(
            "a",
            {
                "a": (
                    "Right: without a link between image and label, the class shares are the best answer to "
                    "every image."
                ),
                "b": "A gradient needs pairs. What can an image teach if its label belongs to another image?",
                "c": (
                    "A network can learn a pair by heart only if the pair comes again. Does an image keep its wrong "
                    "label in the next epoch?"
                ),
                "d": (
                    "By chance an image gets each of the ten labels about equally often. What then favours the "
                    "true label over any other?"
                ),
            },
        ),
        Question(
            "c",
            {
                "a": (
                    "Write down an inverted image minus an inverted mean at a background pixel. How large is "
                    "the difference, compared with the one before?"
                ),
                "b": (
                    "A pixel contributes by its difference from the mean, not by its value. What happens to this "
                    "difference when both are inverted?"
                ),
                "c": r"Right: $(1 - x_j) - (1 - \bar x_j) = -(x_j - \bar x_j)$, and its square is the same as before.",
            },
        ),
        Question(
            "a",
            {
                "a": ("Right: the training set shows about 80 digits from each hand that the validation set contains."),
                "b": (
                    "The two sets are like each other. Are they also like the digits that the program will "
                    "have to read?"
                ),
                "c": (
                    "The network has learned the habits of a hundred hands. Does that help it more with these "
                    "hands or with others?"
                ),
                "d": (
                    "More images make the estimate less noisy. Do they change the question of whose "
                    "handwriting is measured?"
                ),
            },
        ),
    ),
    "quiz_02": quiz(
        Question(
            "d",
            {
                "a": (
                    "Multiply out $(X W_1 + b_1) W_2 + b_2$. Does the result contain anything that a single "
                    "layer lacks?"
                ),
                "b": (
                    "The stack is a single linear layer, that is true. But can $W_1 W_2$ be any matrix of "
                    r"shape $784 \times 10$?"
                ),
                "c": (
                    "Write the whole stack as one formula in $X$. Which function of this form could a single "
                    "layer not represent?"
                ),
                "d": "Right: $W_1 W_2$ has rank 5 at most, while the weights of a single layer can have rank 10.",
            },
        ),
        Question(
            "c",
            {
                "a": "A step is the learning rate times the gradient. How large is the gradient of this unit?",
                "b": (
                    "The gradient is a mean over the batch. What does each sample contribute, if its slope is "
                    "that of a relu below 0?"
                ),
                "c": ("Right: once some pre-activations are positive, the slope there is 1 and gradients get through."),
                "d": (
                    "The images and the unit's weights are the same in the next epoch. What could make its "
                    "gradient differ then?"
                ),
            },
        ),
        Question(
            "a",
            {
                "a": "Right: in $dW$ both the sum and $n$ are doubled, and the rows of $dX$ are per sample.",
                "b": "The sum over the samples is indeed twice as large. Which factor stands in front of it?",
                "c": "The factor $1/n$ is indeed half as large. How many terms does it multiply now?",
                "d": (
                    r"Row $i$ of $dX$ is the gradient of the loss $\ell_i$ of one sample. Does this loss depend "
                    "on the other samples of the batch?"
                ),
            },
        ),
        Question(
            "b",
            {
                "a": (
                    "The logits of the wrong classes are part of the denominator of $p_3$. Does the loss stay "
                    "the same when one of them grows?"
                ),
                "b": "Right: the gradient is $p - y$, and a step against it raises only the third logit.",
                "c": "Gradient descent subtracts the gradient. Which logits would it raise with this row?",
                "d": (
                    "This is the derivative with respect to the probabilities, $-1/p_3$. What else lies on the "
                    "way back to the logits?"
                ),
            },
        ),
        Question(
            "d",
            {
                "a": (
                    "Equal outputs do not yet make equal gradients. Which entries of $W_2$ enter $dA_1 = dZ_2 "
                    r"W_2^\top$ for each unit?"
                ),
                "b": (
                    "With all weights at 0 the gradient was 0, but not because the weights were equal. Work out "
                    r"$dZ_2 W_2^\top$ for one sample."
                ),
                "c": (
                    "In any order, all four units see the same samples at the same time. How could the order "
                    "tell one unit from another?"
                ),
                "d": (r"Right: $dA_1 = dZ_2 W_2^\top$ multiplies each unit's gradient by its own output weight."),
            },
        ),
    ),
    "quiz_03": quiz(
        Question(
            "b",
            {
                "a": (
                    "This mistake, too, gives a relative error of 0.75. But would the values of "
                    "backpropagation then be the smaller ones?"
                ),
                "b": "Right: a value that is four times too small differs from the larger one by three quarters of it.",
                "c": "That product goes down to layer 1. What would the check then find there?",
                "d": r"Put $g = -\hat g$ into $|g - \hat g| / \max(|g|, |\hat g|)$. Do you get 0.75?",
            },
        ),
        Question(
            "c",
            {
                "a": (
                    r"The two given errors follow $\varepsilon^2$, the truncation error. Can a quotient of float64 "
                    "numbers have 20 correct digits?"
                ),
                "b": (
                    r"The function's values are that accurate. What does the division by $2\varepsilon$ do to "
                    "an error of this size?"
                ),
                "c": (
                    "Right: a rounding error of some $10^{-16}$ in the values is divided by a step as small as "
                    "$10^{-12}$."
                ),
            },
        ),
        Question(
            "d",
            {
                "a": "Gradients flow from layer 5 to layer 1. How could a fault in layer 1 reach layers 2 and 3?",
                "b": "Layer 3 does not hand these two results on. What would then be wrong in layers 1 and 2?",
                "c": (
                    "Suppose that the fault is in layer 1. Layer 3 comes before it on the way back, so why "
                    "should its gradients suffer?"
                ),
                "d": "Right: from either place a wrong $dZ$ reaches layer 3 and all before it, none after it.",
            },
        ),
        Question(
            "a",
            {
                "a": (
                    "Right: the differences of the loss do not contain this term, and nothing hands it to "
                    "other gradients."
                ),
                "b": (
                    "The check compares $dW$ with differences of the loss. Do both of them contain the additional term?"
                ),
                "c": "Which gradient does a layer hand down to the one below, and does $dW$ enter it?",
                "d": "Networks with planted faults learned, too. Does the check look at the course of a training?",
            },
        ),
        Question(
            "d",
            {
                "a": "Three times which number? Work out $dZ$ of a unit that is off for every sample.",
                "b": "Move a weight of such a unit by a tiny step. By how much does the loss change?",
                "c": "Look at the denominator of the relative error. Which of its terms was added for this case?",
                "d": "Right: a unit that is off hides any fault, so check with other random inputs, too.",
            },
        ),
    ),
    "quiz_04": quiz(
        Question(
            "a",
            {
                "a": (
                    r"Right: the error counts each mistake once, while the loss of a mistake is $-\log p_t$, which "
                    "has no limit."
                ),
                "b": (
                    "Let a single image of 10,000 have $p_t = 10^{-300}$ for its true class. What does it add to the "
                    "error, and what to the loss?"
                ),
                "c": (
                    "The error of A is a count of its mistakes on these images. Does the count change because A was "
                    "trained for a long time?"
                ),
                "d": (
                    r"The loss is the mean of $-\log p_t$ over the images of the comparison. Where does the batch "
                    "size of the training enter it?"
                ),
            },
        ),
        Question(
            "d",
            {
                "a": "Both lines compute the same numbers. Where does each of them put the result?",
                "b": (
                    "To fall within an epoch, the loss needs layers that change. Which layer receives the new array?"
                ),
                "c": (
                    "Follow the name `param` and the layer's own array through one call of the function. What "
                    "makes the first step different from the second?"
                ),
                "d": "Right: the name `param` now refers to a new array, and the layers keep their old ones.",
            },
        ),
        Question(
            "c",
            {
                "a": "A step is the learning rate times the gradient. How long is it when the gradient is shorter?",
                "b": ("The step is half as long, that is true. How steep is the loss along it, compared with before?"),
                "c": (
                    r"Right: the loss falls by $\eta \lVert \nabla L \rVert^2$, and half the length squared is "
                    "a quarter."
                ),
            },
        ),
        Question(
            "b",
            {
                "a": (
                    "For its own batch the step did exactly what the formula says. Would it with a wrong sign "
                    "somewhere?"
                ),
                "b": "Right: a single estimate may point uphill for the whole set, while their mean does not.",
                "c": (
                    "In the notebook ten of thirty single samples pointed uphill. Must a label be wrong for a "
                    "sample to differ from the mean?"
                ),
                "d": (
                    "Overfitting shows as a gap between training and validation set. Which two losses are "
                    "compared here, and after how many steps on this batch?"
                ),
            },
        ),
        Question(
            "c",
            {
                "a": (
                    "Only steps that do not diverge can bring the weights there. Does the curvature, an eigenvalue "
                    r"of $\frac1n X^\top X$, depend on the weights?"
                ),
                "b": (
                    "The limit depends on the curvature, not on the gradient. How often does the factor 256 occur in "
                    r"$\frac1n X^\top X$?"
                ),
                "c": r"Right: the limit is $2 / \kappa_{\max}$, and $\frac1n X^\top X$ contains $X$ twice.",
                "d": (
                    r"The limit is $2 / \kappa_{\max}$. Does the curvature become smaller when the inputs "
                    "become larger?"
                ),
            },
        ),
    ),
    "quiz_05": quiz(
        Question(
            "d",
            {
                "a": "Some of A's own seeds lie below this mean as well. Do they show that A is better than A?",
                "b": "Let B be a sixth seed of A. How often would it be the best of the six, by chance alone?",
                "c": (
                    "A difference that you cannot see need not be 0. Could B be 0.3 points better on average, "
                    "and one run look like this?"
                ),
                "d": "Right: a change of seed alone makes differences as large as these 0.25 points.",
            },
        ),
        Question(
            "a",
            {
                "a": (
                    "Right: it misreads images that it has seen many times, so it lacks capacity and does not overfit."
                ),
                "b": "Dropout acts against overfitting. How large is the gap between the two errors?",
                "c": (
                    "The network misreads one in seven of the images that it already has. Would more of the "
                    "same kind help it to fit these?"
                ),
                "d": "Early stopping pays where the validation curve turns up. What does this one do?",
            },
        ),
        Question(
            "c",
            {
                "a": (
                    "An epoch now has a quarter of the steps. How far does the network get if each step is "
                    "shorter, too?"
                ),
                "b": (
                    "Each step is about as long as before. How does the distance covered in an epoch change "
                    "with the number of steps?"
                ),
                "c": "Right: one step at 0.2 replaces four steps at 0.05, along nearly the same gradient.",
            },
        ),
        Question(
            "b",
            {
                "a": (
                    "Products with random signs partly cancel in a sum. How much larger is its spread with "
                    "four times as many of them?"
                ),
                "b": r"Right: the spread of a sum of $d$ products grows as $\sigma \sqrt d$, and $\sqrt 4$ is 2.",
                "c": "Each sum now has four times as many products. Is its spread still the same?",
                "d": "More products already make a sum's spread larger. What would larger weights add to that?",
            },
        ),
        Question(
            "a",
            {
                "a": ("Right: the lowest of 60 noisy errors tends to be too low, and the new runs were not selected."),
                "b": (
                    "Looking at images does not make them harder. In which direction does repeated choosing "
                    "shift the error of a winner?"
                ),
                "c": "Five bad seeds out of five would be strange. Which of the six runs was picked by its result?",
                "d": (
                    "Data, configuration and number of epochs were the same. What should make five runs "
                    "overfit more than one?"
                ),
            },
        ),
    ),
    "quiz_07": quiz(
        Question(
            "c",
            {
                "a": "This is the probability for a single run, one fifth of one fifth. What do 25 runs add?",
                "b": "This is $0.96^{25}$. Which event has this probability?",
                "c": (
                    r"Right: all 25 runs fail with probability $0.96^{25} \approx 0.36$, and otherwise at least "
                    "one is good."
                ),
                "d": "The sum of 25 times 0.04 is the mean number of good runs. Can this number be 0 all the same?",
            },
        ),
        Question(
            "d",
            {
                "a": "Compare the width of 0.001 to 0.01 with that of 0.1 to 1. Are they equal on a linear scale?",
                "b": ("0.03 is the middle on a logarithmic scale. What lies half way between 0.001 and 1 on a ruler?"),
                "c": "On a linear scale equal widths get equal shares. How wide is the range from 0.001 to 0.01?",
                "d": "Right: this decade takes up 0.9 of a range that is 0.999 wide.",
            },
        ),
        Question(
            "b",
            {
                "a": (
                    "Notebook 05 draws three learning rates over five epochs. Is the order after the first "
                    "epoch that after the last one?"
                ),
                "b": (
                    "Right: the pruner takes a poor start as the sign of a poor end, and nothing was measured after it."
                ),
                "c": (
                    "The pruner compares errors at the same epoch. Which error of a stopped trial after 15 "
                    "epochs could it know?"
                ),
                "d": "The pruner stopped these trials because of some numbers. Which numbers were they?",
            },
        ),
        Question(
            "a",
            {
                "a": (
                    "Right: on the floor of the valley the rate hardly matters, while over three decades it "
                    "matters most."
                ),
                "b": (
                    "Your colleague has to choose between 0.1 and 0.3. Does your figure say whether that "
                    "choice matters?"
                ),
                "c": (
                    "The trials at bad rates showed that the rate can spoil everything. Is that not a way to matter?"
                ),
                "d": (
                    "How much does the error change between 0.001 and 1, and how much between 0.1 and 0.3? "
                    "Should one number describe both?"
                ),
            },
        ),
        Question(
            "b",
            {
                "a": (
                    "Just as many other runs lie there. What does a place say if it holds as many bad runs as "
                    "good ones?"
                ),
                "b": "Right: TPE takes the candidate with the largest $g/b$, and 5 is more than 1.",
                "c": "TPE does not average its candidates. Which number does it compare between them?",
                "d": "TPE draws candidates where the good runs lie. How often would it draw a place without runs?",
            },
        ),
    ),
    "quiz_08": quiz(
        Question(
            "d",
            {
                "a": (
                    "Distortions show the network more hands in training. What would a random turn add to a "
                    "digit that it only has to read?"
                ),
                "b": (
                    "The labels of the test set must play no part. But what would slanted digits be to a "
                    "network that knows only upright ones?"
                ),
                "c": (
                    "One of the two removes differences between hands, the other adds some. Which of them "
                    "helps with reading?"
                ),
                "d": "Right: deskewing belongs to the form of the input, while distortions only multiply examples.",
            },
        ),
        Question(
            "c",
            {
                "a": r"Compute $\bar x$ for a batch of one, and then $x - \bar x$. What is left of the image?",
                "b": r"Noise leaves at least a part of the signal. Compute $x - \bar x$: how large is that part?",
                "c": (
                    r"Right: with $\bar x = x$ every unit becomes $\operatorname{relu}(\beta)$, whatever the image "
                    "shows."
                ),
                "d": r"Which other number stands beside $\sigma^2$ under the root, and what for?",
            },
        ),
        Question(
            "a",
            {
                "a": "Right: its entry of $dZ$ is $0.95 - 0.91 > 0$, and a step goes against the gradient.",
                "b": "With one-hot targets that would be so. Which sign does $p - y$ have with this target?",
                "c": "The loss does not ask which class comes first. Is $p - y$ equal to 0 here?",
            },
        ),
        Question(
            "b",
            {
                "a": "On which of the 30 images could B correct A?",
                "b": "Right: where one of them is wrong, the other is right and may outvote it.",
                "c": (
                    "Let one member be unsure and wrong, and the other sure and right. Which class has the "
                    "largest mean probability?"
                ),
                "d": (
                    "A mean reduces only what differs between its members. What differs between the mistakes "
                    "of A and B?"
                ),
            },
        ),
        Question(
            "d",
            {
                "a": "Among which images was the network right as often as it said? Is a K one of them?",
                "b": (
                    "Softmax turns any ten logits into probabilities. Did anything in training ask for equal "
                    "logits on an unknown shape?"
                ),
                "c": "The measurement was made on digits. Could a letter contradict it?",
                "d": "Right: no training or test image showed a letter, and softmax must favour some digit.",
            },
        ),
    ),
    "faults_03": quiz(
        Question(
            "b",
            {
                "a": (
                    "Is the product `dZ @ W` possible at all in a layer with 15 inputs and 6 units? And would it "
                    "leave layer 1 as it should be?"
                ),
                "b": (
                    "Yes. The factor grows with every backward pass: 3 and 4 in the first check, 9 and 10 in the "
                    "second. PyTorch adds gradients up on purpose, which is why its loops call `zero_grad`."
                ),
                "c": (
                    "Then each check would find the same factor in `W` and in `b`: 5, the number of samples. Check "
                    "the same network twice, and divide the two values of each message: which factors do you find?"
                ),
                "d": "A wrong slope spoils $dZ$, and $dZ$ is what goes down. What does the report say about layer 1?",
                "e": (
                    "A wrong slope also spoils what is handed down. What does the report say about layer 1, and does "
                    "the layer pass in third place, where it has relu?"
                ),
                "f": (
                    "That would spoil the layers before this one, but not its own parameters. Which lines are WRONG?"
                ),
                "g": "Then layer 1 would get gradients that are five times too small. Does it?",
                "h": "In second place the layer has tanh. Could a fault in the slope of relu show there?",
            },
        ),
        Question(
            "f",
            {
                "a": ("Put it in second place, where it has 15 inputs and 6 units. Could it hand down `dZ @ W` there?"),
                "b": (
                    "Then its own `dW` and `db` would be wrong. Are they, and does the report change when you check "
                    "the same network twice?"
                ),
                "c": (
                    "Then its own `dW` and `db` would be five times too large. What does the report say about layer 3?"
                ),
                "d": (
                    "In third place the layer has relu, so the slope of tanh plays no part. What is wrong there all "
                    "the same?"
                ),
                "e": "For relu $f'(a)$ and $f'(z)$ are the same. Would anything be wrong in third place?",
                "f": (
                    "Yes. Its own parameters pass, the layers before it do not, and without an activation "
                    "everything passes."
                ),
                "g": (
                    "With a single sample, dividing by the number of samples changes nothing. Does "
                    "`check_gradients(X[:1], Y[:1])` pass?"
                ),
                "h": "Then its own $dZ$ would be wrong, and `dW` and `db` with it. Do they pass?",
            },
        ),
        Question(
            "e",
            {
                "a": (
                    "Is the product `dZ @ W` possible at all in a layer with 15 inputs and 6 units? And would it "
                    "change the layer's own `dW`?"
                ),
                "b": "Check the same network a second time: do the errors grow? And why would layer 1 be wrong?",
                "c": (
                    "Then every entry would be five times too large, and layer 1 would be right. Divide the two "
                    "values of the message: what factor do you find?"
                ),
                "d": (
                    "Where $z$ is negative, $1 - a$ is larger than 1. Send ones back through a layer with the single "
                    "weight 1: is its slope larger than 1 anywhere, and is it the same at $z$ and $-z$?"
                ),
                "e": (
                    "Yes. At $z = 3$ the slope comes out as 0.42 in place of 0.01. With relu nothing shows: $a$ "
                    "and $z$ are positive at the same places."
                ),
                "f": "Then its own parameters would pass. Do they?",
                "g": (
                    "Then its own parameters would pass, and those of layer 1 would be five times too small. What "
                    "does the report say?"
                ),
                "h": (
                    "In second place the layer has tanh. Put it in third place, where it has relu. Is anything "
                    "wrong there?"
                ),
            },
        ),
        labels=("`LayerA`", "`LayerB`", "`LayerC`"),
    ),
    "faults_04": quiz(
        Question(
            "f",
            {
                "a": (
                    "Then the network would stop learning. Train with `mlp.epochs` from the same weights and the same "
                    "seed: do the two validation curves ever part?"
                ),
                "b": (
                    "Train on 50 images with batches of 64: a loop without smaller batches would not take a "
                    "single step. Does the network stay as it was?"
                ),
                "c": "Compare `network.layers[1].W` after the run with that of `wide`. Has it moved?",
                "d": "Then the loss would go up in every second epoch. Does it?",
                "e": (
                    "All batches but the first meet a network that has learned something, so such a mean lies "
                    "below the loss of the untrained network. What is that loss, by `wide.evaluate(X_few, "
                    "y_few)`, and what is the first training loss?"
                ),
                "f": (
                    "Yes. The first training loss is that of the untrained network, and each later one belongs "
                    "to the epoch before. The training itself is right."
                ),
            },
        ),
        Question(
            "a",
            {
                "a": (
                    "Yes. Its steps become shorter with every batch, and fade out: all its learning rates together "
                    "sum to 10, as much as 100 steps at 0.1. A call of `scheduler.step()` in the inner loop does the "
                    "same in PyTorch."
                ),
                "b": (
                    "Train on 50 images with batches of 64: a loop without smaller batches would not take a "
                    "single step. Does the network stay as it was?"
                ),
                "c": "Compare `network.layers[1].W` after the run with that of `wide`. Did it stay where it was?",
                "d": "Then the loss would go up in every second epoch. Does it?",
                "e": (
                    "Ask the network itself after the run, with `network.evaluate(X_few, y_few)`. Is that "
                    "another number than the last training loss?"
                ),
                "f": (
                    "Ask the network itself after the run, with `network.evaluate(X_few, y_few)`. Is that "
                    "another number than the last training loss?"
                ),
            },
        ),
        labels=("`loop_d`", "`loop_e`"),
    ),
}
