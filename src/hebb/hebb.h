// Everything that most programs need: tensors, operators, gradients, modules, data, training, and
// compile(), which makes a function fast.
#pragma once

#if __cplusplus < 202002L
#error "hebb is used from C++20 on: -std=c++20"
#endif

#include "hebb/autograd/gradcheck.h"
#include "hebb/autograd/hooks.h"
#include "hebb/autograd/no_grad.h"
#include "hebb/base/error.h"
#include "hebb/base/parallel.h"
#include "hebb/data/data.h"
#include "hebb/data/loader.h"
#include "hebb/data/splits.h"
#include "hebb/graph/compile.h"
#include "hebb/metrics/metric.h"
#include "hebb/nn/nn.h"
#include "hebb/ops/ops.h"
#include "hebb/optim/optim.h"
#include "hebb/train/early_stopping.h"
#include "hebb/train/trainer.h"
