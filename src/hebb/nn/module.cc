#include "hebb/nn/module.h"

#include <algorithm>
#include <map>
#include <typeinfo>
#include <unordered_map>
#include <unordered_set>

#include "hebb/autograd/anomaly.h"
#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/base/type_name.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/random_key.h"
#include "hebb/ops/recorder.h"

namespace hebb::nn {
namespace {

std::string type_name(const Module& module) {
  return hebb::type_name(typeid(module));
}

// Keeps the dotted path and calls back for what it meets.
class PathWalker : public FieldWalker {
 public:
  std::function<void(const std::string& path, Param&)> on_param = [](const std::string&, Param&) {};
  std::function<void(const std::string& path, Buffer&)> on_buffer = [](const std::string&,
                                                                       Buffer&) {};
  std::function<void(const std::string& path, Module&)> on_module = [](const std::string&,
                                                                       Module&) {};

  void param(std::string_view name, Param& param) override { on_param(join(name), param); }
  void buffer(std::string_view name, Buffer& buffer) override { on_buffer(join(name), buffer); }
  void module(std::string_view name, Module& module) override {
    const std::string path = join(name);
    on_module(path, module);
    const std::string outer = std::exchange(path_, path);
    module.walk_fields(*this);
    path_ = outer;
  }

 private:
  std::string join(std::string_view name) const {
    return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
  }
  std::string path_;
};

std::vector<ForwardObserver*>& observers() {
  thread_local std::vector<ForwardObserver*> stack;
  return stack;
}

// Whether the path goes through an element that a list of layers with others in it lacks:
// head.2.weight beside head.0 and head.1.
bool is_beyond_list(std::string_view path, const std::map<std::string, Dims, std::less<>>& own) {
  const auto holds = [&](std::string_view prefix) {
    const auto at = own.lower_bound(prefix);
    return at != own.end() &&
           (at->first == prefix || (at->first.starts_with(prefix) &&
                                    (prefix.ends_with('.') || at->first[prefix.size()] == '.')));
  };
  for (size_t begin = 0, end; begin < path.size(); begin = end + 1) {
    end = std::min(path.find('.', begin), path.size());
    const bool number =
        std::all_of(path.begin() + std::ptrdiff_t(begin), path.begin() + std::ptrdiff_t(end),
                    [](char c) { return c >= '0' && c <= '9'; });
    if (number && begin > 0 && holds(path.substr(0, begin)) && !holds(path.substr(0, end)))
      return true;
  }
  return false;
}

// The members' own assignments come afterwards, and a std::vector of another length makes new
// layers without a word.
void check_assignable(Module& to, Module& from) {
  std::map<std::string, Dims, std::less<>> own, given;
  for (const auto& [path, tensor] : to.state_dict())
    own.emplace(path, tensor.shape());
  if (own.empty())
    return;  // nothing that anybody holds
  for (const auto& [path, tensor] : from.state_dict())
    given.emplace(path, tensor.shape());
  const auto refuse = [&](const std::string& what) {
    fail(ErrorKind::invalid, "", "{} cannot take the values of another one: {}", type_name(to),
         what);
  };
  for (const auto& [path, shape] : own) {
    const auto found = given.find(path);
    if (found == given.end())
      refuse(fmt::format("that has no '{}'", path));
    if (found->second != shape)
      refuse(fmt::format("'{}' is {} here and {} there", path, hebb::to_string(shape),
                         hebb::to_string(found->second)));
  }
  for (const auto& [path, shape] : given)
    if (!own.contains(path) && is_beyond_list(path, own))
      refuse(fmt::format("'{}' is not here", path));
}

// The outermost module whose forward() this thread is in.
Module*& computing() {
  thread_local Module* root = nullptr;
  return root;
}

}  // namespace

Module::Module() : number_(number_module()) {}
// Here, because every layer of every program calls them.
Module::Module(Module&& other) noexcept = default;
Module& Module::operator=(Module&& other) noexcept = default;
Module::~Module() = default;

Module::Module(const Module& other) : training_(other.training_), number_(number_module()) {}
Module& Module::operator=(const Module& other) {
  if (this != &other)
    check_assignable(*this,
                     const_cast<Module&>(other));  // the walk is not const, but changes nothing
  training_ = other.training_;                     // the number and the path stay this module's own
  return *this;
}

std::string Module::describe() const {
  return type_name(*this) + "()";
}

void Module::train(bool on) {
  training_ = on;
  PathWalker walker;
  walker.on_module = [on](const std::string&, Module& module) { module.training_ = on; };
  walk_fields(walker);
}

std::vector<std::pair<std::string, Tensor>> Module::named_parameters() {
  std::vector<std::pair<std::string, Tensor>> out;
  PathWalker walker;
  walker.on_param = [&](const std::string& path, Param& param) {
    out.emplace_back(path, param.tensor());
  };
  walk_fields(walker);
  return out;
}

std::vector<Tensor> Module::parameters() {
  std::vector<Tensor> out;
  for (auto& [path, tensor] : named_parameters())
    out.push_back(tensor);
  return out;
}

StateDict Module::state_dict() {
  StateDict out;
  PathWalker walker;
  walker.on_param = [&](const std::string& path, Param& param) {
    out.emplace_back(path, param.tensor());
  };
  walker.on_buffer = [&](const std::string& path, Buffer& buffer) {
    out.emplace_back(path, buffer.tensor());
  };
  walk_fields(walker);
  return out;
}

std::string LoadReport::to_string() const {
  std::string text;
  auto add = [&](std::string_view what, const std::vector<std::string>& keys) {
    constexpr size_t most = 10;
    const size_t shown = std::min(keys.size(), most);
    if (!keys.empty())
      text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", what,
                          fmt::join(keys.begin(), keys.begin() + std::ptrdiff_t(shown), ", "));
    if (keys.size() > shown)
      text += fmt::format(" and {} more", keys.size() - shown);
  };
  add("missing keys", missing);
  add("unexpected keys", unexpected);
  add("size mismatch", mismatched);
  return text;
}

namespace {

// How many letters PyTorch's wrappers (DataParallel, compile) put in front of all names.
size_t wrapped(const StateDict& given, const std::unordered_set<std::string_view>& own) {
  size_t length = 0;
  const auto all_begin_with = [&](std::string_view prefix) {
    return std::all_of(given.begin(), given.end(), [&](const auto& entry) {
      const std::string_view name = std::string_view(entry.first).substr(length);
      return name.starts_with(prefix) && !own.contains(name);
    });
  };
  for (bool found = !given.empty(); found;) {
    found = false;
    for (std::string_view prefix : {"module.", "_orig_mod."})
      if (all_begin_with(prefix)) {
        length += prefix.size();
        found = true;
      }
  }
  return length;
}

// What files written before it existed lack.
bool came_later(std::string_view key) {
  return key.substr(key.rfind('.') + 1) == "num_batches_tracked";
}

}  // namespace

LoadReport Module::load_state_dict(const StateDict& state, bool strict) {
  StateDict own = state_dict();
  std::unordered_set<std::string_view> own_names;
  for (const auto& [key, tensor] : own)
    own_names.insert(key);
  const size_t prefix = wrapped(state, own_names);
  std::unordered_map<std::string_view, const Tensor*> given;
  for (const auto& [key, tensor] : state)
    given.emplace(std::string_view(key).substr(prefix), &tensor);
  LoadReport report;
  std::vector<std::pair<Tensor, const Tensor*>> copies;
  for (auto& [key, tensor] : own) {
    const auto found = given.find(key);
    if (found == given.end()) {
      if (!came_later(key))
        report.missing.push_back(key);
      continue;
    }
    if (found->second->shape() != tensor.shape())
      report.mismatched.push_back(fmt::format("{} is {} in the file, the model has {}", key,
                                              hebb::to_string(found->second->shape()),
                                              hebb::to_string(tensor.shape())));
    else
      copies.emplace_back(tensor, found->second);
  }
  for (const auto& [key, tensor] : state)
    if (const std::string_view name = std::string_view(key).substr(prefix);
        !own_names.contains(name))
      report.unexpected.emplace_back(name);
  if (!strict && !report.mismatched.empty())
    fail(ErrorKind::data, "", "the weights do not belong to this model: {}",
         LoadReport{.missing = {}, .unexpected = {}, .mismatched = report.mismatched}.to_string());
  if (strict && !report.ok())
    fail(ErrorKind::data, "", "the weights do not belong to this model: {}", report.to_string());
  NoGrad off;
  for (auto& [tensor, values] : copies)
    tensor.copy_(*values);
  return report;
}

std::vector<std::pair<std::string, Module*>> Module::named_modules() {
  std::vector<std::pair<std::string, Module*>> out{{"", this}};
  PathWalker walker;
  walker.on_module = [&](const std::string& path, Module& module) {
    out.emplace_back(path, &module);
  };
  walk_fields(walker);
  return out;
}

int64_t Module::parameter_count(bool trainable_only) {
  int64_t count = 0;
  for (auto& [path, tensor] : named_parameters())
    if (!trainable_only || tensor.requires_grad())
      count += tensor.numel();
  return count;
}

void Module::requires_grad_(bool on) {
  for (Tensor& parameter : parameters())
    parameter.requires_grad_(on);
}

void Module::zero_grad() {
  for (Tensor& parameter : parameters())
    parameter.set_grad({});
}

namespace {

// The same tensor for everybody who holds it, with other memory behind it: what convert() makes of
// it and of its gradient.
void convert_in_place(Tensor& tensor, FunctionRef<Tensor(const Tensor&)> convert) {
  const Tensor grad = tensor.grad(), values = convert(tensor);
  if (values.same(tensor))
    return;
  tensor.set_grad({});
  TensorBody& body = *tensor.body();
  body.storage = values.body()->storage;
  body.offset = values.body()->offset;
  body.strides = values.strides();
  body.dtype = values.dtype();
  body.device = values.device();
  if (tensor.requires_grad())
    tensor.requires_grad_();  // autograd learns the new dtype
  if (grad.defined())
    tensor.set_grad(convert(grad));
}

void convert_state(Module& module, FunctionRef<Tensor(const Tensor&)> convert) {
  NoGrad off;
  PathWalker walker;
  walker.on_param = [&](const std::string&, Param& p) { convert_in_place(p.tensor(), convert); };
  walker.on_buffer = [&](const std::string&, Buffer& b) { convert_in_place(b.tensor(), convert); };
  module.walk_fields(walker);
}

}  // namespace

void Module::to(DType dtype) {
  check(is_floating(dtype), "a module's parameters cannot be {}; give a floating dtype",
        name(dtype));
  convert_state(*this,
                [&](const Tensor& t) { return is_floating(t.dtype()) ? cast(t, dtype) : t; });
}

void Module::to(Device device) {
  check_device(device);
  convert_state(*this, [&](const Tensor& t) { return to_device(t, device); });
}

Device Module::device() {
  const std::vector<Tensor> all = parameters();
  return all.empty() ? Device::cpu : all[0].device();
}

void name_modules(Module& root) {
  for (auto& [path, module] : root.named_modules())
    module->path_ = path;
}

namespace {
void print(Module& module, const std::string& name, int depth, std::string& out) {
  struct Children : FieldWalker {
    std::vector<std::pair<std::string, Module*>> found;
    void param(std::string_view, Param&) override {}
    void buffer(std::string_view, Buffer&) override {}
    void module(std::string_view child_name, Module& child) override {
      found.emplace_back(child_name, &child);
    }
  } children;
  module.walk_fields(children);
  out += std::string(size_t(depth) * 2, ' ') + (name.empty() ? "" : "(" + name + "): ");
  if (children.found.empty()) {
    out += module.describe() + "\n";
    return;
  }
  const std::string own = type_name(module) + "(", text = module.describe();
  out += own + "\n";
  if (text.starts_with(own) && text.size() > own.size() + 1)  // what it is beside its layers
    out += std::string(size_t(depth) * 2 + 2, ' ') +
           text.substr(own.size(), text.size() - own.size() - 1) + "\n";
  for (auto& [child_name, child] : children.found)
    print(*child, child_name, depth + 1, out);
  out += std::string(size_t(depth) * 2, ' ') + ")\n";
}
}  // namespace

std::string to_string(Module& module) {
  std::string out;
  print(module, "", 0, out);
  out.pop_back();
  return out;
}

ForwardObserver::ForwardObserver() {
  observers().push_back(this);
}
ForwardObserver::~ForwardObserver() {
  std::erase(observers(), this);
}

ModuleScope::ModuleScope(Module& module) : module_(module) {
  Module*& root = computing();
  if (!module.entered_ &&
      grad_enabled()) {  // inference, which may be in many threads at once, writes nothing
    module.entered_ = true;
    // walk_field() marks each Param that it meets. The walk is from the outermost module: a layer
    // that this one uses and does not list would find its own Params.
    struct : FieldWalker {
      void param(std::string_view, Param&) override {}
      void buffer(std::string_view, Buffer&) override {}
      void module(std::string_view, Module& below) override { below.walk_fields(*this); }
    } walker;
    (root ? *root : module).walk_fields(walker);
  }
  for (Recorder* recorder : recorders())
    recorder->entered(module.path().empty() ? type_name(module) : module.path());
  if (anomaly_enabled()) {
    tape().entered(module.path().empty() ? type_name(module) : module.path());
    told_tape_ = true;
  }
  if (root)
    return;
  root = &module;
  outermost_ = true;
}
ModuleScope::~ModuleScope() {
  if (outermost_)
    computing() = nullptr;
  for (Recorder* recorder : recorders())
    recorder->left();
  if (told_tape_)
    tape().left();
}
void ModuleScope::leave_with_error() const {
  constexpr std::string_view in_layer = "in layer ";
  try {
    throw;
  } catch (const Error& error) {
    // The innermost layer says where it is; what a model does beside its layers, or a layer on its
    // own, needs no such words.
    if (outermost_ || error.kind() != ErrorKind::invalid || error.where().starts_with(in_layer))
      throw;
    for (const auto& [path, module] : computing()->named_modules())
      if (module == &module_)
        throw Error(
            error.kind(), fmt::format("{}{}, {}", in_layer, path, module_.describe()),
            error.where().empty() ? error.message() : error.where() + ": " + error.message(),
            error.details());
    throw;
  }
}
void ModuleScope::leave_with(const Tensor& output) {
  for (ForwardObserver* observer : observers())
    observer->left(module_, output);
}

}  // namespace hebb::nn
