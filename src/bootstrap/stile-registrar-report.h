/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-exchange.h"
#include "bootstrap/stile-registrar.h"
#include "bootstrap/stile-status-report.h"

G_BEGIN_DECLS

/* What pledges report: read from a request, written down for people. */
StileStatusReport *stile_registrar_report_read (StileHttpMessage *request, StileHttpMessage **refusal);
void stile_registrar_report_record (StileRegistrar *registrar,
                                    const char *issuer,
                                    const char *serial,
                                    const char *what,
                                    StileStatusReport *report,
                                    const char *note);

G_END_DECLS
