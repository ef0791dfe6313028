/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "bootstrap/stile-trust-store.h"

G_BEGIN_DECLS

/**
 * StileStoreSurvey:
 * @obstacle: (nullable): why nothing can be installed, a sentence; %NULL when it can be tried
 * @change: what exactly would change
 * @command: (nullable): how somebody can do it by hand; only where there is an obstacle
 *
 * What a store says of an installation before there is one.
 */
typedef struct
{
  char *obstacle;
  char *change;
  char *command;
} StileStoreSurvey;

void stile_store_survey_run_async (GPtrArray *stores,
                                   GPtrArray *roots,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
GPtrArray *stile_store_survey_run_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
