/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-judge-case.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bootstrap/stile-voucher-json.h"
#include "codec/stile-certificate-path.h"
#include "codec/stile-json.h"

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

/* Appendix A of BRSKI-PRM still has the name of an older draft (BOOTSTRAP 1.3). */
static gboolean
has_retired_root (StileSignedMessage *message)
{
  GBytes *content = stile_signed_message_get_content (message);
  g_autoptr (GVariant) document = stile_json_parse (content, STILE_VOUCHER_JSON_MAX_SIZE, NULL);
  g_autoptr (GVariant) retired =
      document != NULL ? stile_json_get_member (document, "ietf-voucher-request-prm:voucher") : NULL;

  return stile_signed_message_get_format (message) == STILE_SIGNED_JWS && retired != NULL &&
         g_variant_n_children (document) == 1;
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
  if (kind == STILE_VOUCHER_REQUEST && has_retired_root (self->judgement->message))
    return stile_checks_note (self->checks, id,
                              _ ("It has the name that requests had in older drafts of BRSKI-PRM"));

  return refuse_content (self, id, error, reason);
}

/* Some send base64 where the RFC says DER (BOOTSTRAP section 6, 1). */
static GBytes *
unwrap_base64 (GBytes *bytes)
{
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  g_autofree char *copy = g_strndup (text != NULL ? text : "", length);
  guchar *der;

  if (length == 0 || *text != 'M')
    return NULL;

  der = g_base64_decode (copy, &length);
  return g_bytes_new_take (der, length);
}

static StileSignedMessage *
read_message (StileJudgeCase *self, GBytes *bytes, const char *id, GError **error)
{
  StileSignedMessage *message = stile_signed_message_parse (bytes, error);
  g_autoptr (GBytes) der = NULL;

  if (message != NULL || !stile_judge_case_is_set (self, STILE_JUDGE_COMPAT))
    return message;
  der = unwrap_base64 (bytes);
  if (der == NULL)
    return NULL;

  g_clear_error (error);
  message = stile_signed_message_parse (der, error);
  if (message != NULL)
    stile_checks_note (self->checks, id, _ ("It came in base64, and not as the bytes themselves"));
  return message;
}

/**
 * stile_judge_case_open:
 * @bytes: from anybody
 * @kind: what is judged
 * @form: id of the check that tells of bytes which are no signed message
 * @content: id of the one that tells of content which is no voucher
 *
 * Reads what is to be judged into the judgement.
 */
gboolean
stile_judge_case_open (StileJudgeCase *self,
                       GBytes *bytes,
                       StileVoucherKind kind,
                       const char *form,
                       const char *content,
                       GError **error)
{
  StileJudgement *judgement = self->judgement;
  g_autoptr (GError) reason = NULL;

  judgement->message = read_message (self, bytes, form, &reason);
  if (judgement->message == NULL)
    return stile_checks_refuse (self->checks, form, error, STILE_ERROR_PROTOCOL, "%s", reason->message);

  judgement->voucher =
      stile_voucher_json_parse (stile_signed_message_get_content (judgement->message), kind, &reason);
  if (judgement->voucher == NULL)
    return refuse_content (self, content, error, reason);

  return TRUE;
}

/**
 * stile_judge_case_run:
 * @checks: (array zero-terminated=1): a table, in its order
 *
 * Returns: whether all of them let it pass; the first that refuses is the last that is made
 */
gboolean
stile_judge_case_run (StileJudgeCase *self, const StileJudgeCaseCheck *checks, GError **error)
{
  for (guint i = 0; checks[i] != NULL; i++)
    if (!checks[i](self, error))
      return FALSE;

  return TRUE;
}
