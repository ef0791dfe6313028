/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-pledge-targets.h"
#include "bootstrap/stile-pledge.h"

G_BEGIN_DECLS

#define STILE_TYPE_PLEDGE_SEARCH (stile_pledge_search_get_type ())
G_DECLARE_FINAL_TYPE (StilePledgeSearch, stile_pledge_search, STILE, PLEDGE_SEARCH, GObject)

/* Signal "changed": it waits, or goes on, or talks to another registrar. */
StilePledgeSearch *stile_pledge_search_new (const StilePledgeSettings *settings);
void stile_pledge_search_add (StilePledgeSearch *self, const char *url, StilePledgeTargetKind kind);

void stile_pledge_search_begin (StilePledgeSearch *self);
void stile_pledge_search_next_async (StilePledgeSearch *self,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
void stile_pledge_search_again_async (StilePledgeSearch *self,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean stile_pledge_search_finish (StilePledgeSearch *self,
                                     GAsyncResult *result,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_pledge_search_leave (StilePledgeSearch *self, GError *reason);
gboolean stile_pledge_search_follow (StilePledgeSearch *self,
                                     guint status,
                                     const char *location,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

void stile_pledge_search_wait_async (StilePledgeSearch *self,
                                     guint seconds,
                                     const char *words,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean stile_pledge_search_wait_finish (StilePledgeSearch *self,
                                          GAsyncResult *result,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

const StilePledgeSettings *stile_pledge_search_get_settings (StilePledgeSearch *self);
const StilePledgeTarget *stile_pledge_search_get_target (StilePledgeSearch *self);
StileCarrier *stile_pledge_search_get_carrier (StilePledgeSearch *self);
StileProvisional *stile_pledge_search_get_session (StilePledgeSearch *self);
gint64 stile_pledge_search_get_waiting_until (StilePledgeSearch *self);
const char *stile_pledge_search_get_waiting_words (StilePledgeSearch *self);

G_END_DECLS
