/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-answer-cache.h"
#include "atls/stile-replay-window.h"
#include "atls/stile-sealer.h"
#include "atls/stile-session.h"

G_BEGIN_DECLS

/**
 * StileEndpointPhase:
 * @STILE_ENDPOINT_HALF_OPEN: the handshake goes on
 * @STILE_ENDPOINT_ESTABLISHED: it is over; the client's first message decides the mode
 * @STILE_ENDPOINT_RECORD: data goes through the TLS session
 * @STILE_ENDPOINT_EXPORT: messages are sealed; the TLS session is gone
 * @STILE_ENDPOINT_ENDED: it is no longer in the endpoint's table
 */
typedef enum
{
  STILE_ENDPOINT_HALF_OPEN,
  STILE_ENDPOINT_ESTABLISHED,
  STILE_ENDPOINT_RECORD,
  STILE_ENDPOINT_EXPORT,
  STILE_ENDPOINT_ENDED,
} StileEndpointPhase;

/**
 * StileEndpointSession:
 *
 * What an endpoint keeps of one session: as little as it can, since there may be a hundred thousand.  Its mutex
 * guards what stands below it; what stands above belongs to the endpoint's own lock.  Reference counted.
 */
typedef struct
{
  gatomicrefcount references;
  guint8 id[STILE_SEALER_ID_SIZE];
  gint64 created; /* microseconds of the endpoint's clock */
  gint64 used;
  GList *half_open; /* our link in the endpoint's queue, or NULL */

  GMutex mutex;
  StileEndpointPhase phase;
  guint binary_http : 1;
  guint provisional : 1; /* nobody has judged what the client showed */
  StileSession *session; /* NULL in export mode */
  StileSealer *sealer;   /* NULL in record mode */
  StileReplayWindow *window;
  StileAnswerCache *answers; /* NULL when none is kept */
  GBytes *peer_ders;         /* DER of all that the client showed, or NULL */
  StileCertificate *own;     /* what it saw of us */
  char *binding;             /* tls-unique in base64; NULL in TLS 1.3 */
} StileEndpointSession;

StileEndpointSession *stile_endpoint_session_new (StileSession *session, gint64 now, GError **error);
StileEndpointSession *stile_endpoint_session_ref (StileEndpointSession *self);
void stile_endpoint_session_unref (StileEndpointSession *self);
char *stile_endpoint_session_get_name (StileEndpointSession *self);
StileAnswerCache *stile_endpoint_session_get_answers (StileEndpointSession *self);
void stile_endpoint_session_establish (StileEndpointSession *self);
void stile_endpoint_session_choose_record (StileEndpointSession *self);
void stile_endpoint_session_choose_export (StileEndpointSession *self);
void stile_endpoint_session_forget_answers (StileEndpointSession *self, gint64 before);

guint stile_endpoint_session_hash (gconstpointer id);
gboolean stile_endpoint_session_equal (gconstpointer a, gconstpointer b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileEndpointSession, stile_endpoint_session_unref)

G_END_DECLS
