/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-enrolment-note.h"
#include "bootstrap/stile-enrolment-settings.h"
#include "codec/stile-certificate-request.h"
#include "codec/stile-csr-attributes.h"

G_BEGIN_DECLS

/**
 * StileEnrolmentDraft:
 * @key: the new one
 * @request: for it
 * @pending: on the disk from before the request goes out until the certificate is there
 *
 * What an enrolment has before there is an answer: it outlives the program, and the next enrolment of the same name for
 * the same goes on with it.  All of it takes time: it is for threads.
 */
typedef struct
{
  StileEnrolmentKey *key;
  StileCertificateRequest *request;
  StileEnrolmentNote *pending;
} StileEnrolmentDraft;

StileEnrolmentDraft *stile_enrolment_draft_prepare (const StileEnrolmentSettings *settings,
                                                    const char *where,
                                                    StileCsrAttributes *attributes,
                                                    const char *binding,
                                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_enrolment_draft_free (StileEnrolmentDraft *self);
void stile_enrolment_draft_remove (StileEnrolmentDraft *self);
gboolean stile_enrolment_draft_store (StileEnrolmentDraft *self,
                                      GPtrArray *chain,
                                      StileEnrolmentNote *note,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileEnrolmentDraft, stile_enrolment_draft_free)

G_END_DECLS
