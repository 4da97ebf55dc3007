import torch

theta = torch.tensor([1.0], requires_grad=True)
optimizer = torch.optim.SGD(
    [theta],
    lr=0.1,
    momentum=0.9,
    weight_decay=0.01,
)
schedules = torch.optim.lr_scheduler
schedule = schedules.CosineAnnealingLR(optimizer, 4)
for _ in range(4):
    optimizer.zero_grad()
    loss = (theta**2 / 2).sum()
    loss.backward()
    (rate,) = schedule.get_last_lr()
    value = theta.item()
    print(f"rate {rate:.4f}, theta {value:.4f}")
    optimizer.step()
    schedule.step()
