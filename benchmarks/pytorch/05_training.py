import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

X = torch.linspace(-1, 1, 24).reshape(8, 3)
y = torch.tensor([0, 1, 0, 1, 1, 0, 1, 0])
model = nn.Sequential(
    nn.Linear(3, 4),
    nn.ReLU(),
    nn.Linear(4, 2),
)
with torch.no_grad():
    for param in model.parameters():
        size = param.numel()
        values = torch.linspace(-0.5, 0.6, size)
        param[:] = values.reshape(param.shape)
params = model.parameters()
optimizer = torch.optim.SGD(params, lr=0.1)
data = DataLoader(TensorDataset(X, y), batch_size=4)
for X_batch, y_batch in data:
    optimizer.zero_grad()  # else gradients add up
    Z = model(X_batch)
    loss = nn.functional.cross_entropy(Z, y_batch)
    loss.backward()
    optimizer.step()
    print(f"loss of the batch {loss.item():.4f}")
