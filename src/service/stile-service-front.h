/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "service/stile-service-config.h"
#include "transport/stile-http-front.h"

G_BEGIN_DECLS

StileHttpFront *stile_service_front_load (StileServiceConfig *config,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
