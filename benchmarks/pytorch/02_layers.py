import torch
from torch import nn

layers = [nn.Linear(2, 2), nn.Linear(2, 2)]
with torch.no_grad():
    layers[0].weight[:] = torch.tensor([[2.0, -1.0], [1.0, 1.0]]).T  # stored as W^T
    layers[0].bias[:] = torch.tensor([-1.0, 0.0])
    layers[1].weight[:] = torch.tensor([[1.0, -1.0], [1.0, 1.0]]).T
    layers[1].bias[:] = torch.tensor([-1.0, 3.0])
logits = layers[1](torch.relu(layers[0](torch.tensor([[1.0, 2.0], [3.0, -1.0]]))))
loss = nn.functional.cross_entropy(logits, torch.tensor([0, 1]))  # takes logits
loss.backward()  # all gradients, by automatic differentiation
print(f"loss {loss.item():.3f}")
print("dW2", [[round(x, 4) for x in row] for row in layers[1].weight.grad.T.tolist()])
