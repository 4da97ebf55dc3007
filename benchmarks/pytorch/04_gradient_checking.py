import torch
from torch import tensor

torch.set_default_dtype(torch.float64)


def f(W):
    return torch.tanh(X @ W).sum()


X = tensor([[1.0, 2.0], [3.0, -1.0]])
W = tensor([[0.2, -0.1], [0.1, 0.3]])
W.requires_grad = True
grad = torch.autograd.grad(f(W), W)[0].tolist()
rows = [[round(x, 4) for x in row] for row in grad]
print("gradient", rows)
# gradcheck takes central differences
print("checked", torch.autograd.gradcheck(f, W))
