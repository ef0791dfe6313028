/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-judge.h"
#include "bootstrap/stile-registrar.h"

G_BEGIN_DECLS

/* What a registrar asks a MASA with (RFC 8995 section 5.5), and what it looks at in the answer (section 5.6). */
GBytes *stile_registrar_request_make (StileRegistrar *registrar,
                                      const StileRegistrarDevice *device,
                                      const StileJudgement *judgement,
                                      GPtrArray *agent,
                                      gint64 now,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *stile_registrar_request_find_fault (StileRegistrar *registrar,
                                          const StileRegistrarDevice *device,
                                          const char *nonce,
                                          GBytes *voucher,
                                          GVariantDict *details);

G_END_DECLS
