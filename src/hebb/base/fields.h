// HEBB_FIELDS: the one way to list the fields of a struct. Options, operator attributes,
// configurations, JSON bodies and modules use it; printing, equality, hashing, JSON, state dicts
// and parameter lists are derived from it.
//
//   struct PoolAttrs {
//     Dims kernel, stride;
//     bool ceil_mode = false;
//     HEBB_FIELDS(kernel, stride, ceil_mode)
//   };
//   for_each_field(attrs, [](std::string_view name, auto& value) { ... });
//
// In a struct derived from nn::Module the same line fills in the module's walk and its operator(),
// see nn/module.h.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hebb {

class FieldWalker;  // visits the fields of a module; defined in nn/module.h

namespace fields {

template <size_t N>
using Names = std::array<std::string_view, N>;

// "a, b, c" -> {"a", "b", "c"}
template <size_t N>
constexpr Names<N> split(std::string_view list) {
  Names<N> names{};
  for (size_t i = 0; i < N; ++i) {
    const size_t comma = list.find(',');
    std::string_view name = list.substr(0, comma);
    while (!name.empty() && (name.front() == ' ' || name.front() == '\n'))
      name.remove_prefix(1);
    while (!name.empty() && (name.back() == ' ' || name.back() == '\n'))
      name.remove_suffix(1);
    names[i] = name;
    if (comma != std::string_view::npos)
      list.remove_prefix(comma + 1);
  }
  return names;
}

template <size_t N, size_t M>
constexpr Names<N + M> join(const Names<N>& a, const Names<M>& b) {
  Names<N + M> names{};
  for (size_t i = 0; i < N; ++i)
    names[i] = a[i];
  for (size_t i = 0; i < M; ++i)
    names[N + i] = b[i];
  return names;
}

template <class T>
concept Listed = requires {
  T::field_names();
};

// A struct that is not a module has nothing to walk; nn/module.h says what a module does.
template <class T>
void walk(T& self, FieldWalker& walker) {
  if constexpr (requires { typename T::ModuleBase; })
    walk_module(self, walker);
}

}  // namespace fields

template <class T, class F>
void for_each_field(T& value, F&& f) {
  constexpr auto names = std::remove_const_t<T>::field_names();
  value.with_fields([&](auto&... fields) {
    [[maybe_unused]] size_t i = 0;
    (f(names[i++], fields), ...);
  });
}

}  // namespace hebb

// walk_fields() overrides the base's in a module. Other structs have no base, so the word
// `override` cannot stand here.
#ifdef __clang__
#define HEBB_NO_OVERRIDE_BEGIN     \
  _Pragma("clang diagnostic push") \
      _Pragma("clang diagnostic ignored \"-Winconsistent-missing-override\"")
#define HEBB_NO_OVERRIDE_END _Pragma("clang diagnostic pop")
#else
#define HEBB_NO_OVERRIDE_BEGIN
#define HEBB_NO_OVERRIDE_END
#endif

#define HEBB_FIELDS_COMMON                                   \
  HEBB_NO_OVERRIDE_BEGIN                                     \
  void walk_fields(::hebb::FieldWalker& walker) {            \
    ::hebb::fields::walk(*this, walker);                     \
  }                                                          \
  HEBB_NO_OVERRIDE_END                                       \
  template <class... Args>                                   \
  decltype(auto) operator()(Args&&... args) {                \
    return call_forward(*this, std::forward<Args>(args)...); \
  }

// with_fields(f) calls f with all fields. It is a template, which costs nothing where it is not
// used. A tuple of references for each struct would take a third of the compile time of this
// library's headers.
#define HEBB_FIELDS(...)                                                 \
  template <class F>                                                     \
  decltype(auto) with_fields(F&& f) {                                    \
    return f(__VA_ARGS__);                                               \
  }                                                                      \
  template <class F>                                                     \
  decltype(auto) with_fields(F&& f) const {                              \
    return f(__VA_ARGS__);                                               \
  }                                                                      \
  static constexpr auto field_names() {                                  \
    return ::hebb::fields::split<HEBB_COUNT(__VA_ARGS__)>(#__VA_ARGS__); \
  }                                                                      \
  HEBB_FIELDS_COMMON

// For a struct that extends another one that lists its fields.
#define HEBB_FIELDS_OF(Base, ...)                                                              \
  template <class F>                                                                           \
  decltype(auto) with_fields(F&& f) {                                                          \
    return Base::with_fields(                                                                  \
        [&](auto&... base) -> decltype(auto) { return f(base..., __VA_ARGS__); });             \
  }                                                                                            \
  template <class F>                                                                           \
  decltype(auto) with_fields(F&& f) const {                                                    \
    return Base::with_fields(                                                                  \
        [&](auto&... base) -> decltype(auto) { return f(base..., __VA_ARGS__); });             \
  }                                                                                            \
  static constexpr auto field_names() {                                                        \
    return ::hebb::fields::join(Base::field_names(),                                           \
                                ::hebb::fields::split<HEBB_COUNT(__VA_ARGS__)>(#__VA_ARGS__)); \
  }                                                                                            \
  HEBB_FIELDS_COMMON

#define HEBB_NO_FIELDS()                                    \
  template <class F>                                        \
  decltype(auto) with_fields(F&& f) const {                 \
    return f();                                             \
  }                                                         \
  static constexpr ::hebb::fields::Names<0> field_names() { \
    return {};                                              \
  }                                                         \
  HEBB_FIELDS_COMMON

// The number of names in a list of plain identifiers (a list holds no nested commas).
#define HEBB_COUNT(...) ::hebb::fields::count_names(#__VA_ARGS__)

namespace hebb::fields {
constexpr size_t count_names(std::string_view list) {
  size_t n = list.empty() ? 0 : 1;
  for (char c : list)
    n += c == ',';
  return n;
}
}  // namespace hebb::fields
