/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-channel.h"
#include "atls/stile-credentials.h"
#include "bootstrap/stile-profile.h"

G_BEGIN_DECLS

/* A task that the program waits for: "stilectl" does one thing after the other. */
void stile_cli_channel_await_cb (GObject *object, GAsyncResult *result, gpointer user_data);
GAsyncResult *stile_cli_channel_await (GAsyncResult **slot);

StileCredentials *stile_cli_channel_make_credentials (StileProfile *profile,
                                                      GPtrArray *anchors,
                                                      StileIdentity *identity,
                                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileChannel *stile_cli_channel_open (StileProfile *profile,
                                      gboolean plain,
                                      GCancellable *cancellable,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_cli_channel_close (StileChannel *channel);
GBytes *stile_cli_channel_load_secret (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
