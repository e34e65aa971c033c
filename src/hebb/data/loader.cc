#include "hebb/data/loader.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <numeric>
#include <system_error>
#include <thread>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/base/parallel.h"

namespace hebb::data {
namespace {

constexpr int64_t most_workers = 256;

// Signals are the main thread's: workers are started with all of them blocked.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

// This thread enters no parallel region meanwhile.
class SerialHere {
 public:
  SerialHere() { serial_here(); }
  ~SerialHere() { serial_here(before_); }
  SerialHere(const SerialHere&) = delete;
  SerialHere& operator=(const SerialHere&) = delete;

 private:
  bool before_ = is_serial_here();
};

// How often each entry stood in the list before.
std::vector<uint32_t> count_repeats(const std::vector<int64_t>& order, int64_t n) {
  std::vector<uint32_t> seen(static_cast<size_t>(n)), out;
  out.reserve(order.size());
  for (int64_t index : order)
    out.push_back(seen[size_t(index)]++);
  return out;
}

template <class T>
std::vector<T> picked(const std::vector<T>& all, const std::vector<int64_t>& places) {
  std::vector<T> out;
  out.reserve(places.size());
  for (int64_t place : places)
    out.push_back(all[size_t(place)]);
  return out;
}

int64_t batches_of(int64_t samples, const LoaderOptions& options) {
  return options.drop_last ? samples / options.batch_size
                           : samples / options.batch_size + (samples % options.batch_size != 0);
}

}  // namespace

// Workers take the next batch nobody has begun, and lay it into its place in a ring, from which the
// consumer takes them in order. Where the one that it needs is not ready, it makes one, too, rather
// than wait: to sleep and be woken takes longer than a small batch.
class Loader::Epoch {
 public:
  Epoch(std::shared_ptr<const Collator> collate, std::vector<int64_t> order,
        std::vector<uint32_t> repeat, const LoaderOptions& options)
      : collate_(std::move(collate)), order_(std::move(order)), repeat_(std::move(repeat)),
        options_(options), total_(batches_of(int64_t(order_.size()), options)),
        begun_(options.start_batch), taken_(options.start_batch) {
    const int64_t workers = std::min(options.workers, total_ - begun_);
    ring_.resize(size_t(std::max<int64_t>(0, workers) * options.prefetch));
    threads_.reserve(size_t(std::max<int64_t>(0, workers)));
    const SignalsBlocked blocked;
    try {
      for (int64_t w = 0; w < workers; ++w)
        threads_.emplace_back([this] { work(); });
    } catch (const std::exception&) {
      if (threads_.empty())
        ring_.clear();  // the consumer makes the batches itself; else the others share the work
    }
  }

  ~Epoch() { stop(); }
  Epoch(const Epoch&) = delete;
  Epoch& operator=(const Epoch&) = delete;

  bool at_end() const { return at_end_; }
  const Batch& current() const { return current_; }

  void advance() {
    current_ = {};  // its memory is the next one's, where the caller kept no handle
    if (taken_ >= total_) {
      at_end_ = true;
      stop();
      return;
    }
    try {
      current_ = ring_.empty() ? make(taken_++) : take();
    } catch (...) {
      at_end_ = true;
      stop();
      throw;
    }
  }

 private:
  struct Place {
    bool full = false;
    Batch batch;
    std::exception_ptr error;
  };

  Batch make(int64_t number) const {
    const size_t from = size_t(number * options_.batch_size),
                 count = std::min(size_t(options_.batch_size), order_.size() - from);
    AugmentKey key{options_.seed, options_.epoch};
    if (!repeat_.empty())
      key.repeat = std::span(repeat_).subspan(from, count);
    return (*collate_)(std::span(order_).subspan(from, count), key, &stopped_);
  }

  int64_t room() const { return int64_t(ring_.size()) - (begun_ - taken_); }

  void work() {
    serial_here();
    std::unique_lock lock(mutex_);
    while (true) {
      if (room() <= 0) {
        ++idle_;
        has_room_.wait(lock, [&] { return stopped_ || room() > 0; });
        --idle_;
      }
      if (stopped_ || begun_ >= total_)
        return;
      make_next(lock);
    }
  }

  // The next batch that nobody has begun, into its place. The lock is open meanwhile.
  void make_next(std::unique_lock<std::mutex>& lock) {
    const int64_t number = begun_++;
    lock.unlock();
    Batch batch;
    std::exception_ptr error;
    try {
      batch = make(number);
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    ring_[size_t(number) % ring_.size()] = {true, std::move(batch), error};
    if (number == taken_)
      is_ready_.notify_one();
  }

  Batch take() {
    std::unique_lock lock(mutex_);
    Place& place = ring_[size_t(taken_) % ring_.size()];
    while (!place.full)
      if (begun_ < total_ && room() > 0) {
        const SerialHere as_a_worker;
        make_next(lock);
      } else {
        is_ready_.wait(lock);
      }
    Place out = std::exchange(place, {});
    ++taken_;
    // Waking a thread costs more than a small batch: let the ring run half empty, and fill it in
    // one go.
    const bool wake = idle_ > 0 && 2 * room() >= int64_t(ring_.size());
    lock.unlock();
    if (wake)
      has_room_.notify_all();
    if (out.error)
      std::rethrow_exception(out.error);
    return std::move(out.batch);
  }

  void stop() {
    {
      std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    has_room_.notify_all();
    for (std::thread& thread : threads_)
      thread.join();
    threads_.clear();
  }

  const std::shared_ptr<const Collator> collate_;
  const std::vector<int64_t> order_;    // samples of the data set
  const std::vector<uint32_t> repeat_;  // how often each came before; empty: never
  const LoaderOptions options_;
  const int64_t total_;  // batches

  std::mutex mutex_;  // guards what follows, up to the consumer's own
  std::condition_variable has_room_, is_ready_;
  std::vector<Place> ring_;
  int64_t begun_, taken_, idle_ = 0;  // batches, batches, workers
  std::atomic<bool> stopped_{false};

  std::vector<std::thread> threads_;
  Batch current_;
  bool at_end_ = false;
};

Loader::Loader(const Dataset& dataset, const LoaderOptions& options)
    : dataset_(dataset), options_(options) {
  const LoaderOptions& o = options_;
  const auto usage = [](bool holds, std::string_view key, int64_t value, std::string_view should) {
    check_in(holds, ErrorKind::usage, "loader", "{} is {}, should be {}", key, value, should);
  };
  usage(o.batch_size >= 1, "batch_size", o.batch_size, "at least 1");
  usage(o.workers >= 0 && o.workers <= most_workers, "workers", o.workers, "from 0 to 256");
  usage(o.prefetch >= 1, "prefetch", o.prefetch, "at least 1");
  usage(o.world >= 1, "world", o.world, "at least 1");
  usage(o.rank >= 0 && o.rank < o.world, "rank", o.rank, fmt::format("from 0 to {}", o.world - 1));
  usage(o.start_batch >= 0, "start_batch", o.start_batch, "at least 0");
  if (!o.sampler)
    options_.sampler =
        o.shuffle ? shuffle_sampler(dataset.size(), o.seed) : sequential_sampler(dataset.size());
  collate_ = std::make_shared<Collator>(dataset_, o.augment);
}

int64_t Loader::samples() const {
  const int64_t share =
      rank_share_size(options_.sampler->size(), options_.world, options_.drop_last);
  return options_.drop_last ? share / options_.batch_size * options_.batch_size : share;
}

int64_t Loader::size() const {
  return batches_of(samples(), options_);
}

void Loader::set_epoch(uint64_t epoch, int64_t start_batch) {
  check_in(start_batch >= 0, ErrorKind::invalid, "loader",
           "start_batch is {}, should be at least 0", start_batch);
  options_.epoch = epoch;
  options_.start_batch = start_batch;
}

Loader::Iterator Loader::begin() {
  std::vector<int64_t> order = options_.sampler->order(options_.epoch);
  std::vector<uint32_t> repeat;
  for (int64_t index : order)
    check_in(index >= 0 && index < dataset_.size(), ErrorKind::invalid, "loader",
             "the sampler drew sample {}, but there are {}", index, dataset_.size());
  // Which time a sample is drawn is counted over all ranks: two that draw the same one change it
  // differently.
  if (options_.sampler->with_replacement())
    repeat = count_repeats(order, dataset_.size());
  if (options_.world > 1) {
    std::vector<int64_t> places(order.size());
    std::iota(places.begin(), places.end(), 0);
    places = rank_share(places, options_.rank, options_.world, options_.drop_last);
    order = picked(order, places);
    if (!repeat.empty())
      repeat = picked(repeat, places);
  }
  const int64_t whole = size();
  check_in(options_.start_batch <= whole, ErrorKind::invalid, "loader",
           "cannot start at batch {} of an epoch of {}", options_.start_batch, whole);
  auto epoch = std::make_shared<Epoch>(collate_, std::move(order), std::move(repeat), options_);
  set_epoch(options_.epoch + 1);
  Iterator it(std::move(epoch));
  return ++it;
}

const Batch& Loader::Iterator::operator*() const {
  return epoch_->current();
}
bool Loader::Iterator::at_end() const {
  return epoch_->at_end();
}
Loader::Iterator& Loader::Iterator::operator++() {
  epoch_->advance();
  return *this;
}

}  // namespace hebb::data
