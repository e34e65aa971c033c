// One pool of threads for the whole program: OpenMP's, shared with oneDNN. The pool lives in the
// library of CPU kernels, which is opened on first use (kernels/cpu_library.h says why), so this
// header needs no OpenMP.
#pragma once

#include <cstdint>

namespace hebb {

// A reference to a callable, valid during the call it is passed to.
template <class Signature>
class FunctionRef;
template <class R, class... Args>
class FunctionRef<R(Args...)> {
 public:
  template <class F>
  FunctionRef(const F& f)
      : object_(&f), call_([](const void* o, Args... args) -> R {
          return (*static_cast<const F*>(o))(args...);
        }) {}
  R operator()(Args... args) const { return call_(object_, args...); }

 private:
  const void* object_;
  R (*call_)(const void*, Args...);
};

// Calls body(begin, end) for chunks that cover [0, n). The chunks depend on n and grain only, never
// on the number of threads, so a reduction over chunks gives the same bits on any of them. Never
// nests: inside a parallel region, and in a thread that called serial_here(), chunks run one after
// the other. An exception in body ends the program: check arguments first.
void parallel_for(int64_t n, int64_t grain, FunctionRef<void(int64_t, int64_t)> body);

int num_threads();  // of the pool; OMP_NUM_THREADS or the number of processors, unless set
inline constexpr int most_threads = 1024;
void set_num_threads(int n);  // from 1 to most_threads
// This thread will not enter a parallel region (loader workers, request threads).
void serial_here(bool on = true);
bool is_serial_here();
// Sets the pool's count for this thread to num_threads(), or to 1 after serial_here(). OpenMP keeps
// a count per thread, so call this before kernels are prepared and run. Cheap when nothing changed.
void use_threads_here();

// The owner of the pool, which is the library of kernels. Whoever opens it calls set_thread_pool()
// once, before any parallel_for.
struct ThreadPool {
  void (*run)(int64_t chunks, int threads, FunctionRef<void(int64_t)> chunk);
  // For parallel regions that the calling thread opens by itself, as oneDNN does.
  void (*set_threads)(int n);
};
void set_thread_pool(const ThreadPool* pool);

}  // namespace hebb
