import torch

torch.set_default_dtype(torch.float64)


def f(W):
    return torch.tanh(X @ W).sum()


X = torch.tensor([[1.0, 2.0], [3.0, -1.0]])
W = torch.tensor([[0.2, -0.1], [0.1, 0.3]], requires_grad=True)
(gradient,) = torch.autograd.grad(f(W), W)
print("gradient", [[round(x, 4) for x in row] for row in gradient.tolist()])
print("checked", torch.autograd.gradcheck(f, W))  # central differences
