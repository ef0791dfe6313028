/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-judge-case.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bootstrap/stile-voucher-json.h"
#include "codec/stile-certificate-path.h"

/**
 * stile_judge_case_is_set:
 *
 * Returns: whether the judge's policy says so
 */
gboolean
stile_judge_case_is_set (const StileJudgeCase *self, StileJudgePolicy policy)
{
  return (self->judge->policy & policy) != 0;
}

/**
 * stile_judge_case_get_time:
 *
 * Returns: when certificates must be valid: now, or at no time for a judge without a clock (BOOTSTRAP P12)
 */
gint64
stile_judge_case_get_time (const StileJudgeCase *self)
{
  return stile_judge_case_is_set (self, STILE_JUDGE_NO_CLOCK) ? STILE_CERTIFICATE_PATH_NO_TIME
                                                              : self->judge->at;
}

/**
 * stile_judge_case_same_key:
 *
 * Returns: whether both certificates are for one key
 */
gboolean
stile_judge_case_same_key (StileCertificate *one, StileCertificate *other)
{
  g_autoptr (GBytes) a = stile_certificate_path_get_public_key (one);
  g_autoptr (GBytes) b = stile_certificate_path_get_public_key (other);

  return a != NULL && b != NULL && g_bytes_equal (a, b);
}

static gboolean
check_attributes (StileJudgeCase *self, const char *id, GError **error)
{
  StileSignedMessage *message = self->judgement->message;

  if (stile_signed_message_has_signed_attributes (message, self->signer))
    return TRUE;
  if (stile_judge_case_is_set (self, STILE_JUDGE_COMPAT))
    return stile_checks_note (self->checks, id,
                              _ ("The signature covers no attributes, which RFC 5652 section 5.3 asks for"));

  return stile_checks_refuse (
      self->checks, id, error, STILE_ERROR_PROTOCOL,
      _ ("The signature covers no attributes, which RFC 5652 section 5.3 asks for with this content type"));
}

/**
 * stile_judge_case_check_form:
 * @id: the check that it belongs to
 *
 * Looks at the envelope of what was signed: its content type and signed attributes (RFC 8366 section 5.4).
 */
gboolean
stile_judge_case_check_form (StileJudgeCase *self, const char *id, GError **error)
{
  StileSignedMessage *message = self->judgement->message;
  const char *type = stile_signed_message_get_content_type (message);

  if (stile_signed_message_get_format (message) == STILE_SIGNED_JWS)
    return TRUE;
  if (strcmp (type, STILE_CONTENT_TYPE_VOUCHER) == 0)
    return check_attributes (self, id, error);
  if (strcmp (type, STILE_CONTENT_TYPE_DATA) == 0)
    return stile_checks_note (self->checks, id,
                              _ ("The content is marked as plain data, as older software does"));

  return stile_checks_refuse (self->checks, id, error, STILE_ERROR_PROTOCOL,
                              _ ("The content is of type %s, and not a voucher"), type);
}

/* "P7: sentence", for what the reader of the JSON said. */
static gboolean
refuse_content (StileJudgeCase *self, const char *id, GError **error, const GError *reason)
{
  return stile_checks_refuse (self->checks, id, error, (StileErrorCode)reason->code, "%s", reason->message);
}

static void
note_unknown (StileJudgeCase *self, const char *id, GBytes *content, StileVoucherKind kind)
{
  g_auto (GStrv) unknown = stile_voucher_json_list_unknown (content, kind);
  g_autofree char *list = g_strjoinv ("”, “", unknown);

  if (unknown[0] != NULL)
    stile_checks_note (self->checks, id, _ ("Members that Stile does not know are passed over: “%.200s”"),
                       list);
}

/**
 * stile_judge_case_check_root:
 * @id: the check that it belongs to
 *
 * Whether the content stands under exactly the one name that it must have (BOOTSTRAP P7).
 */
gboolean
stile_judge_case_check_root (StileJudgeCase *self, const char *id, StileVoucherKind kind, GError **error)
{
  GBytes *content = stile_signed_message_get_content (self->judgement->message);
  g_autoptr (GError) reason = NULL;

  note_unknown (self, id, content, kind);
  if (stile_voucher_json_check_root (content, kind, &reason))
    return stile_checks_pass (self->checks, id, _ ("It is one document of the right kind"));
  if (stile_judge_case_is_set (self, STILE_JUDGE_COMPAT))
    return stile_checks_note (self->checks, id, "%s", reason->message);

  return refuse_content (self, id, error, reason);
}
