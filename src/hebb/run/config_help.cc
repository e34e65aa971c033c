// A sentence for every key of a configuration, for `hebb help config`. A key without one, or a
// sentence without its key, does not compile.

#include <array>

#include "hebb/run/config.h"

namespace hebb {
namespace {

struct Sentence {
  std::string_view key, what;
};

constexpr std::array data_sentences = {
    Sentence{"dataset",
             "a known set, a folder of class folders, a .csv or .npz file (hebb help data); its "
             "own test part stays one"},
    Sentence{"train",
             "the samples to train on, instead of dataset: \"train.csv\", \"photos/train\""},
    Sentence{"validation", "beside train: the samples that each epoch is measured on"},
    Sentence{"test", "beside train: the samples that the finished run is measured on"},
    Sentence{"split",
             "shares of the samples that make the parts; left open for data without a test part, "
             "it is 0.7, 0.15 and 0.15"},
    Sentence{"split_seed",
             "another seed, another split; the seed of the training changes nothing here"},
    Sentence{"stratify", "true: every part has the classes in the same proportions"},
    Sentence{"target",
             "the column of a .csv file that is predicted; left out: the one called target, label, "
             "class or y"},
    Sentence{"columns",
             "the columns of a .csv file to learn from: [\"rooms\", \"age\"]; left out: all of "
             "numbers but the target"},
    Sentence{"normalize",
             "\"auto\": by mean and deviation of the training part; { mean = [...], std = [...] }: "
             "by these"},
    Sentence{"augment",
             "random changes of training pictures: [\"random_crop 28 padding=2\", "
             "\"horizontal_flip\"] (hebb help augment)"},
    Sentence{"workers", "threads that load data; the result is the same whatever their number"},
    Sentence{"limit", "at most so many samples of each part, classes in proportion; 0: all"},
};
constexpr std::array split_sentences = {
    Sentence{"train", "share to train on; with the others it adds up to 1"},
    Sentence{"validation", "share that each epoch is measured on"},
    Sentence{"test",
             "share that the finished run is measured on; 0 where the data have a test part"},
};
constexpr std::array model_sentences = {
    Sentence{"input", "shape of a sample, channels first: [1, 28, 28]; left out, that of the data"},
    Sentence{"layers",
             "one line a layer: [\"flatten\", \"linear 128\", \"relu\", \"linear 10\"] (hebb help "
             "layers)"},
    Sentence{"name", "a model to choose by its name; there are none yet"},
    Sentence{"init",
             "how weights begin: \"kaiming_normal\" (hebb help initializers); left out, as PyTorch "
             "does it"},
    Sentence{"weights",
             "a run or a .safetensors file to start from; epochs, learning rate and optimiser "
             "begin anew"},
    Sentence{
        "freeze",
        "parameters that are not trained: [\"0.*\", \"*.bias\"]; by the names of the state dict"},
};
constexpr std::array train_sentences = {
    Sentence{"epochs", "how often all samples are seen"},
    Sentence{"max_steps", "stop after so many steps of the optimiser; 0: no limit"},
    Sentence{"max_time", "stop after so long: \"01:30:00\" is an hour and a half"},
    Sentence{"batch_size", "samples a batch"},
    Sentence{"drop_last",
             "true: leave out an epoch's last batch when it is smaller than the others"},
    Sentence{"optimizer",
             "its name and what is not as usual: \"adamw lr=1e-3 weight_decay=0.01\" (hebb help "
             "optimizers)"},
    Sentence{"schedule",
             "the learning rate over the training: \"cosine warmup=200\" (hebb help schedules)"},
    Sentence{"loss",
             "left out: cross_entropy for classes, bce_with_logits for two classes with one "
             "output, mse for quantities (hebb help losses)"},
    Sentence{"metrics",
             "what is measured beside the loss: [\"accuracy\", \"f1_macro\"]; left out, it follows "
             "from the task (hebb help metrics)"},
    Sentence{"clip_norm", "gradients are scaled down to this norm of all of them together; 0: off"},
    Sentence{"clip_value", "each gradient is cut off at plus and minus this; 0: off"},
    Sentence{"accumulate", "batches whose gradients are added up for one step"},
    Sentence{"early_stopping",
             "{ patience = 3 }: stop when a measure no longer gets better; none: train all epochs"},
    Sentence{"checkpoint",
             "how often what --resume needs is saved: { every_epochs = 1, keep = 2 }"},
    Sentence{"precision", "what is computed with: \"f32\""},
    Sentence{
        "seed",
        "start of all random numbers; the same seed on the same machine gives the same weights"},
    Sentence{"threads", "to compute with; 0: all processors"},
};
constexpr std::array early_stopping_sentences = {
    Sentence{"monitor", "the measure: val_loss, or val_ and one of the metrics"},
    Sentence{"patience", "epochs to wait for something better"},
    Sentence{"min_delta", "by how much better it has to be"},
    Sentence{"restore_best", "true: the weights of the best epoch are kept, else the last"},
};
constexpr std::array checkpoint_sentences = {
    Sentence{"every_steps", "steps between two checkpoints; 0: by epochs"},
    Sentence{"every_epochs", "epochs between two checkpoints"},
    Sentence{"keep", "how many are kept, the newest"},
};

template <class T, size_t N>
constexpr bool same_keys(const std::array<Sentence, N>& sentences) {
  constexpr auto names = T::field_names();
  if (names.size() != N)
    return false;
  for (size_t i = 0; i < N; ++i)
    if (names[i] != sentences[i].key)
      return false;
  return true;
}
static_assert(same_keys<DataConfig>(data_sentences));
static_assert(same_keys<SplitConfig>(split_sentences));
static_assert(same_keys<ModelConfig>(model_sentences));
static_assert(same_keys<TrainConfig>(train_sentences));
static_assert(same_keys<EarlyStoppingConfig>(early_stopping_sentences));
static_assert(same_keys<CheckpointConfig>(checkpoint_sentences));

template <size_t N>
std::string_view find(const std::array<Sentence, N>& sentences, std::string_view key) {
  for (const Sentence& sentence : sentences)
    if (sentence.key == key)
      return sentence.what;
  return {};
}

}  // namespace

std::string_view key_sentence(std::string_view table, std::string_view key) {
  if (table == "data")
    return find(data_sentences, key);
  if (table == "data.split")
    return find(split_sentences, key);
  if (table == "model")
    return find(model_sentences, key);
  if (table == "train")
    return find(train_sentences, key);
  if (table == "train.early_stopping")
    return find(early_stopping_sentences, key);
  if (table == "train.checkpoint")
    return find(checkpoint_sentences, key);
  return {};
}

}  // namespace hebb
