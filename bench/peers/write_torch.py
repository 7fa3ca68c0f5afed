"""A writer of summaries of Recura's sizes in PyTorch: its pace, and its summaries. Prints one line of JSON.

Vectors of words (128), tied to the output; an LSTM of 128 units in each direction that reads, one of 256 that writes, in one
call over all steps; additive attention of 128 units after the recurrence, over the steps that count; a gate between the
vocabulary and copying; dropout 0.3, of words 0.1, label smoothing 0.1; Adam with lr 0.002, clipped to 2; a running mean of
the weights, which is scored and kept; batches of 32 texts of like length.
"""
import argparse
import json
import random
import time

import torch
from torch import nn

import writing
from write_network import Writer, padded
from write_search import summaries


def loss_of(network, some, smoothing=0.0):
    sources = [example.source for example in some]
    reading = network.read(*network.inputs(sources))
    return network.loss(reading, some, padded([source.numbers for source in sources]), smoothing)


@torch.inference_mode()
def dev_loss(network, examples):
    network.eval()
    order = sorted(examples, key=lambda example: -len(example.source.ids))
    parts = [loss_of(network, order[i:i + 64]) for i in range(0, len(order), 64)]
    return sum(loss.item() for loss, _ in parts) / sum(count for _, count in parts)


def running_mean(network, decay=0.998):
    def move(means, weights, steps):
        torch._foreach_lerp_(means, weights, 1 - min(decay, (1 + steps.item()) / (10 + steps.item())))

    return torch.optim.swa_utils.AveragedModel(network, multi_avg_fn=move)


class Adam:
    """Behind clipping, with the sparse gradient of the words that are only read: they are moved where they stand alone."""

    def __init__(self, network, lr=0.002, clip_norm=2):
        self.clip_norm, self.table = clip_norm, network.table.others.weight
        self.rest = [weight for weight in network.parameters() if weight is not self.table]
        self.parts = [torch.optim.SparseAdam([self.table], lr=lr), torch.optim.Adam(self.rest, lr=lr, fused=True)]

    def step(self, loss):
        for part in self.parts:
            part.zero_grad()
        loss.backward()
        self.table.grad = self.table.grad.coalesce()
        gradients = [weight.grad for weight in self.rest] + [self.table.grad.values()]
        norm = nn.utils.get_total_norm(gradients).item()
        if norm > self.clip_norm:
            torch._foreach_mul_(gradients, self.clip_norm / norm)
        for part in self.parts:
            part.step()


class Training:
    """Steps until the time or the epochs are over; the clock stands still while the dev part is scored."""

    def __init__(self, network, options):
        self.network, self.mean, self.options = network, running_mean(network), options
        self.adam, self.seconds, self.tokens = Adam(network), 0, 0

    def is_over(self, epoch):
        return self.seconds >= self.options.seconds if self.options.seconds else epoch >= self.options.epochs

    def step(self, some):
        loss, count = loss_of(self.network, some, 0.1)
        self.adam.step(loss / max(count, 1))
        self.mean.update_parameters(self.network)

    def run(self, examples, at_end_of_epoch):
        epoch = 0
        while not self.is_over(epoch):
            epoch += 1
            self.network.train()
            for some in writing.batches(examples):
                start = time.perf_counter()
                self.step(some)
                self.seconds += time.perf_counter() - start
                self.tokens += sum(len(example.source.ids) for example in some)
                if self.options.seconds and self.is_over(epoch):
                    break
            at_end_of_epoch(epoch, self)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train")
    parser.add_argument("test")
    parser.add_argument("--dev", help="the epoch is kept whose greedy summaries have the best ROUGE here, else the last one")
    parser.add_argument("--output", help="file for the summaries of test, as JSON Lines")
    parser.add_argument("--seconds", type=float, default=0, help="of training, the dev part not counted; 0: --epochs")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--max-length", type=int, default=120)
    parser.add_argument("--beam", type=int, default=5)
    parser.add_argument("--packed", action="store_true", help="read packed texts, not padded ones turned around: slower")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    random.seed(1)
    train, test = writing.read(options.train), writing.read(options.test)
    dev = writing.read(options.dev) if options.dev else []
    vocabulary = writing.Vocabulary(train)
    learnt, scored = (writing.examples(vocabulary, rows, options.max_length) for rows in (train, dev))
    search = argparse.Namespace(beam=options.beam, length_penalty=1, no_repeat=3, least=1, max_length=options.max_length,
                                most=max(len(example.targets) for example in learnt) - 1)
    greedy = argparse.Namespace(**{**vars(search), "beam": 1})
    training = Training(Writer(len(vocabulary), vocabulary.outputs, options.packed), options)
    kept = training.mean.module
    result = {"version": f"PyTorch {torch.__version__}", "words": len(vocabulary), "outputs": vocabulary.outputs,
              "parameters": sum(weight.numel() for weight in kept.parameters()), "dev_rouge": -1}
    best = {}

    def score(epoch, training):
        if not dev:
            return
        found = {"dev_rouge": writing.rouge(dev, summaries(kept, vocabulary, [text for text, _ in dev], greedy)),
                 "dev_loss": dev_loss(kept, scored), "best_epoch": epoch, "best_seconds": training.seconds}
        if found["dev_rouge"] > result["dev_rouge"]:
            result.update(found)
            best.update({name: value.clone() for name, value in kept.state_dict().items()})

    training.run(learnt, score)
    if best:
        kept.load_state_dict(best)
    start = time.perf_counter()
    given = summaries(kept, vocabulary, [text for text, _ in test], search)
    result |= {"write": len(test) / (time.perf_counter() - start), "train": training.tokens / training.seconds,
               "seconds": training.seconds, "tokens": training.tokens}
    if options.output:
        with open(options.output, "w", encoding="utf-8") as file:
            file.writelines(json.dumps({"text": text, "summary": summary}, ensure_ascii=False) + "\n"
                            for (text, _), summary in zip(test, given))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
