import torch


def f(W):
    return torch.tanh(X @ W).sum()


X = torch.tensor([[1.0, 2.0], [3.0, -1.0]], dtype=torch.float64)
W = torch.tensor([[0.2, -0.1], [0.1, 0.3]], dtype=torch.float64, requires_grad=True)
print("gradient", [[round(x, 4) for x in row] for row in torch.autograd.grad(f(W), W)[0].tolist()])
print("checked", torch.autograd.gradcheck(f, (W,)))  # central differences, too
