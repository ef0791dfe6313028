/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-probe.h"

G_BEGIN_DECLS

/* Whose ClientHello did the service get? */
extern const StileProbe stile_probe_hello;

G_END_DECLS
