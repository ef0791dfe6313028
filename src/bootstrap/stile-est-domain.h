/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-channel.h"
#include "bootstrap/stile-checks.h"
#include "bootstrap/stile-voucher.h"

G_BEGIN_DECLS

/**
 * StileEstDomainSettings:
 *
 * How to get to the EST server that a voucher of a cloud registrar names.  Borrowed for the call.
 */
typedef struct
{
  GType carrier_type;
  const char *proxy;
  StileIdentity *identity;
  StileMode mode;
  StileTlsVersion tls_version;
  StileTrace *trace;
} StileEstDomainSettings;

void stile_est_domain_connect_async (const StileEstDomainSettings *settings,
                                     StileVoucher *voucher,
                                     StileChecks *checks,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
StileChannel *stile_est_domain_connect_finish (GAsyncResult *result,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
