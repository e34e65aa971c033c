// All layers.
#pragma once

#include "hebb/nn/activation.h"
#include "hebb/nn/batch_norm.h"
#include "hebb/nn/conv.h"
#include "hebb/nn/dropout.h"
#include "hebb/nn/flatten.h"
#include "hebb/nn/init.h"
#include "hebb/nn/layer_norm.h"
#include "hebb/nn/linear.h"
#include "hebb/nn/model.h"
#include "hebb/nn/pooling.h"
#include "hebb/nn/save.h"
#include "hebb/nn/sequential.h"
