/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-provisional.h"

G_BEGIN_DECLS

#define STILE_TYPE_PLEDGE (stile_pledge_get_type ())
G_DECLARE_FINAL_TYPE (StilePledge, stile_pledge, STILE, PLEDGE, GObject)

/* RFC 8995 section 5.6: somebody who has not decided after four days will not. */
#define STILE_PLEDGE_MAX_WAIT (4 * 24 * 3600)

/* BRSKI-Cloud section 3: "in the dozens"; the same place is never asked twice. */
#define STILE_PLEDGE_MAX_CLOUD_HOPS 24

/* Seconds between two rounds over all registrars: they double up to an hour (RFC 8995 section 4.1). */
#define STILE_PLEDGE_FIRST_BACK_OFF 10
#define STILE_PLEDGE_MAX_BACK_OFF 3600

/**
 * StilePledgeSettings:
 * @carrier_type: a type that implements StileCarrier and GInitable
 * @proxy: (nullable): for the carriers
 * @idevid: who this device is, as its manufacturer made it
 * @anchors: (element-type StileCertificate): who may sign vouchers for it; nobody else (BOOTSTRAP P5)
 * @cloud_anchors: (nullable) (element-type StileCertificate): who vouches for cloud registrars; %NULL: the system's store
 * @policy: switches of the judge
 * @mode: how data is protected
 * @tls_version: inside ATLS
 * @rounds: how often all registrars are tried; 1 for a person who waits in front of it
 * @second: microseconds of a second of waiting: less where nobody has the time; 0 for a real one
 * @trace: (nullable): is told what happens
 *
 * Borrowed until stile_pledge_new() returns.
 */
typedef struct
{
  GType carrier_type;
  const char *proxy;
  StileIdentity *idevid;
  GPtrArray *anchors;
  GPtrArray *cloud_anchors;
  StileJudgePolicy policy;
  StileMode mode;
  StileTlsVersion tls_version;
  guint rounds;
  guint second;
  StileTrace *trace;
} StilePledgeSettings;

/* Signal "changed": it waits, or goes on, or talks to another registrar. */
StilePledge *stile_pledge_new (const StilePledgeSettings *settings);
void stile_pledge_add_registrar (StilePledge *self, const char *url);
void stile_pledge_add_cloud_registrar (StilePledge *self, const char *url);

void stile_pledge_connect_async (StilePledge *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean stile_pledge_connect_finish (StilePledge *self,
                                      GAsyncResult *result,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_pledge_bootstrap_async (StilePledge *self,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
StileChannel *stile_pledge_bootstrap_finish (StilePledge *self,
                                             GAsyncResult *result,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

const char *stile_pledge_get_registrar (StilePledge *self);
StileCarrier *stile_pledge_get_carrier (StilePledge *self);
StileProvisional *stile_pledge_get_session (StilePledge *self);
StileChecks *stile_pledge_get_checks (StilePledge *self);
const StileJudgement *stile_pledge_get_judgement (StilePledge *self);
gint64 stile_pledge_get_waiting_until (StilePledge *self);
const char *stile_pledge_get_waiting_words (StilePledge *self);

G_END_DECLS
