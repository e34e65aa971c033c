// Lists of users' functions (hooks), and the handles that take them off again.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace hebb {

class HookListBase {
 public:
  virtual ~HookListBase() = default;
  virtual void remove(uint64_t id) = 0;
};

// Removes a hook again. It keeps neither the hook nor what it hangs on alive.
class RemovableHandle {
 public:
  RemovableHandle() = default;
  RemovableHandle(std::weak_ptr<HookListBase> list, uint64_t id)
      : list_(std::move(list)), id_(id) {}
  void remove() {  // also from inside the hook, also twice
    if (const auto list = list_.lock())
      list->remove(id_);
  }

 private:
  std::weak_ptr<HookListBase> list_;
  uint64_t id_ = 0;
};

template <class Hook>
class HookList : public HookListBase {
 public:
  uint64_t add(Hook hook) {
    hooks_.push_back({++last_, std::make_shared<Hook>(std::move(hook))});
    return last_;
  }
  void remove(uint64_t id) override {
    std::erase_if(hooks_, [id](const Item& item) { return item.id == id; });
  }
  bool empty() const { return hooks_.empty(); }
  template <class F>
  void for_each(F&& f) const {             // in the order in which they were added
    const std::vector<Item> now = hooks_;  // a copy: they may remove themselves
    for (const Item& item : now)
      f(*item.hook);
  }

 private:
  struct Item {
    uint64_t id;
    std::shared_ptr<Hook> hook;
  };
  std::vector<Item> hooks_;
  uint64_t last_ = 0;
};

// Adds a hook to a list that is made with its first one.
template <class Hook>
RemovableHandle add_hook(std::shared_ptr<HookList<Hook>>& list, Hook hook) {
  if (!list)
    list = std::make_shared<HookList<Hook>>();
  return {list, list->add(std::move(hook))};
}

}  // namespace hebb
