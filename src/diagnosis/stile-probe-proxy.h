/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-probe.h"

G_BEGIN_DECLS

extern const StileProbe stile_probe_proxy;

G_END_DECLS
