// All optimisers and schedules.
#pragma once

#include "hebb/optim/adam.h"
#include "hebb/optim/rmsprop.h"
#include "hebb/optim/schedule.h"
#include "hebb/optim/sgd.h"
