/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-signals.h"
#include "diagnosis/stile-verdict.h"
#include "support/test-pki.h"

G_BEGIN_DECLS

/*
 * Signals built by hand, for who judges them:
 *
 *   g_autoptr (Evidence) evidence = evidence_new ();
 *   StileSighting *sighting = evidence_see (evidence, evidence->service, "public");
 *   evidence_tell (evidence, sighting, evidence->service, EVIDENCE_EQUAL);
 *   evidence_try (evidence, &(EvidenceTrial){ .probe = "body", .signed_word = TRUE });
 */

/**
 * Evidence:
 * @signals: what is judged
 * @root: an authority that nobody in particular knows
 * @service: the service's certificate, signed by @root
 * @front: its front's, signed by @root
 * @box: a middlebox's authority
 * @minted: what the middlebox shows, signed by @box
 */
typedef struct
{
  StileSignals *signals;
  TestPki *root;
  TestPki *service;
  TestPki *front;
  TestPki *box;
  TestPki *minted;
} Evidence;

/**
 * EvidenceBinding:
 * @EVIDENCE_EQUAL: both ends have derived the same
 * @EVIDENCE_DIFFERENT: they have not
 * @EVIDENCE_NO_TLS: the service has no TLS on its leg
 * @EVIDENCE_NOT_TOLD: neither end could tell, and the service has TLS
 */
typedef enum
{
  EVIDENCE_EQUAL,
  EVIDENCE_DIFFERENT,
  EVIDENCE_NO_TLS,
  EVIDENCE_NOT_TOLD,
} EvidenceBinding;

/**
 * EvidenceTrial:
 * @probe: "headers" when left out
 * @method: "POST" when left out
 * @query: behind the nonce, "size=64&type=text"
 * @type: the media type that is sent; "application/octet-stream" when left out
 * @size: of the body; 64 when left out
 * @sent: (array zero-terminated=1): fields of the request, name and value in turn
 * @arrived: the same, as the service says they came; what was sent when left out
 * @adds: fields that the service sends, its answer's
 * @came: fields of the answer, name and value in turn; those that were sent when left out
 * @status: of the answer; 200 when left out
 * @silent: no answer came
 * @signed_word: the service's word came
 * @request_changed: the service says that another body came
 * @request_came: of this length; of the same when left out
 * @body: bytes of the answer's body as it was signed
 * @body_came: bytes that came; all of them when left out
 * @body_changed: they are other bytes
 * @count: how often the service counted it
 * @about: the nonce that this is about
 * @first_byte_ms: to the answer's first byte
 * @connect_ms: to the connection
 * @handling_ms: that the service needed
 * @reused: over the connection of before
 */
typedef struct
{
  const char *probe;
  const char *method;
  const char *query;
  const char *type;
  gsize size;
  const char *const *sent;
  const char *const *arrived;
  const char *const *adds;
  const char *const *came;
  guint status;
  gboolean silent;
  gboolean signed_word;
  gboolean request_changed;
  gsize request_came;
  gsize body;
  gsize body_came;
  gboolean body_changed;
  guint count;
  const char *about;
  gint64 first_byte_ms;
  gint64 connect_ms;
  gint64 handling_ms;
  gboolean reused;
} EvidenceTrial;

Evidence *evidence_new (void);
void evidence_free (Evidence *self);

/* @trust: "public", "local" (this computer's store alone), "uncompared", "none" or "unknown" */
StileSighting *evidence_see (Evidence *self, TestPki *shown, const char *trust);
/* @own: (nullable): the certificate that the service shows on it.  Returns what the service saw, to add to. */
StileObservation *
evidence_tell (Evidence *self, StileSighting *sighting, TestPki *own, EvidenceBinding binding);
StileTrial *evidence_try (Evidence *self, const EvidenceTrial *trial);
/* The same @count times. */
void evidence_repeat (Evidence *self, const EvidenceTrial *trial, guint count);

StileFinding *evidence_find (StileVerdict *verdict, const char *id);
void evidence_assert_path (StileVerdict *verdict, const char *path, const char *confidence);
void evidence_assert_reason (StileVerdict *verdict, const char *code);
/* @ids: all that was found, in no order, with spaces between */
void evidence_assert_findings (StileVerdict *verdict, const char *ids);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Evidence, evidence_free)

G_END_DECLS
