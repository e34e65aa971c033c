// Scopes in which nothing is recorded for a backward pass: NoGrad, EnableGrad,
// SetGradEnabled, grad_enabled().
#pragma once

#include "hebb/ops/grad_mode.h"
