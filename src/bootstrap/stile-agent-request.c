/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-agent-request.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-est-answer.h"
#include "bootstrap/stile-voucher.h"
#include "codec/stile-date.h"

#define PREFIX "/.well-known/brski/"
#define JSON "application/json"
#define JOSE "application/jose+json"
#define PKCS7 "application/pkcs7-mime"

/* For an answer that asks to wait and does not say how long. */
#define USUAL_WAIT 30

/**
 * Form:
 * @name: of the path
 * @type: (nullable): of what is sent; %NULL for a GET
 * @accept: (nullable): what may be answered; %NULL where a yes is all
 * @answers: (nullable): the media type that the answer must have
 */
typedef struct
{
  const char *name;
  const char *type;
  const char *accept;
  const char *answers;
} Form;

static const Form forms[] = {
  [STILE_PRM_STEP_VOUCHER_TRIGGER] = { "tpvr", JSON, STILE_VOUCHER_JWS_MEDIA_TYPE,
                                       STILE_VOUCHER_JWS_MEDIA_TYPE },
  [STILE_PRM_STEP_ENROL_TRIGGER] = { "tper", JSON, JOSE, JOSE },
  [STILE_PRM_STEP_VOUCHER_REQUEST] = { "requestvoucher", STILE_VOUCHER_JWS_MEDIA_TYPE,
                                       STILE_VOUCHER_JWS_MEDIA_TYPE, STILE_VOUCHER_JWS_MEDIA_TYPE },
  /* The draft has one media type to be accepted and another one to be answered. */
  [STILE_PRM_STEP_ENROL_REQUEST] = { "requestenroll", JOSE, PKCS7 ", " JOSE, PKCS7 },
  [STILE_PRM_STEP_ROOTS_REQUEST] = { "wrappedcacerts", NULL, JOSE, JOSE },
  [STILE_PRM_STEP_VOUCHER] = { "svr", STILE_VOUCHER_JWS_MEDIA_TYPE, JOSE, JOSE },
  [STILE_PRM_STEP_ROOTS] = { "scac", JOSE, NULL, NULL },
  [STILE_PRM_STEP_CERTIFICATE] = { "ser", PKCS7 "; smime-type=certs-only", JOSE, JOSE },
  [STILE_PRM_STEP_VOUCHER_STATUS] = { "voucher_status", JOSE, NULL, NULL },
  [STILE_PRM_STEP_ENROL_STATUS] = { "enrollstatus", JOSE, NULL, NULL },
};

/**
 * stile_agent_request_make:
 * @host: whom it goes to
 * @content: (nullable): what is sent, the very bytes
 *
 * Returns: (transfer full): the request of @step
 */
StileHttpMessage *
stile_agent_request_make (StilePrmStep step, const char *host, GBytes *content)
{
  const Form *form = &forms[step];
  g_autofree char *path = g_strconcat (PREFIX, form->name, NULL);
  StileHttpMessage *request = stile_http_message_new_request (
      form->type != NULL ? "POST" : "GET", stile_prm_step_is_on_site (step) ? "http" : "https", host, path);

  if (form->accept != NULL)
    stile_http_message_add_field (request, "accept", form->accept);
  if (form->type != NULL)
    stile_http_message_set_content (request, form->type, content);
  return request;
}

static char *
describe_wrong_type (gboolean on_site, const char *type, const char *wanted)
{
  if (type == NULL)
    return g_strdup_printf (on_site ? _ ("The device answers something of no type where %s belongs")
                                    : _ ("The registrar answers something of no type where %s belongs"),
                            wanted);

  return g_strdup_printf (on_site ? _ ("The device answers %.80s where %s belongs")
                                  : _ ("The registrar answers %.80s where %s belongs"),
                          type, wanted);
}

static char *
describe_excess (gboolean on_site, gsize size)
{
  const char *format =
      on_site ? g_dngettext (GETTEXT_PACKAGE, "The device answers %zu byte, and the limit is %d",
                             "The device answers %zu bytes, and the limit is %d", size)
              : g_dngettext (GETTEXT_PACKAGE, "The registrar answers %zu byte, and the limit is %d",
                             "The registrar answers %zu bytes, and the limit is %d", size);

  return g_strdup_printf (format, size, STILE_AGENT_ANSWER_MAX_ARTEFACT);
}

static gboolean
read_artefact (StilePrmStep step, StileHttpMessage *response, StileAgentAnswer *answer, GError **error)
{
  gboolean on_site = stile_prm_step_is_on_site (step);
  const char *wanted = forms[step].answers;
  GBytes *content = stile_http_message_get_content (response);
  gsize size = g_bytes_get_size (content);

  if (wanted != NULL && !stile_est_answer_is (response, wanted))
    {
      const char *type = stile_http_message_get_field (response, "content-type");
      g_autofree char *sentence = describe_wrong_type (on_site, type, wanted);

      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL, sentence);
      return FALSE;
    }
  if (size > STILE_AGENT_ANSWER_MAX_ARTEFACT)
    {
      g_autofree char *sentence = describe_excess (on_site, size);

      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_LIMIT, sentence);
      return FALSE;
    }

  answer->outcome = STILE_AGENT_DONE;
  answer->artefact = wanted != NULL ? g_bytes_ref (content) : g_bytes_new_static ("", 0);
  return TRUE;
}

static gboolean
read_wait (StileHttpMessage *response, StileAgentAnswer *answer)
{
  guint seconds = stile_date_parse_retry_after (stile_http_message_get_field (response, "retry-after"),
                                                g_get_real_time () / G_USEC_PER_SEC, USUAL_WAIT,
                                                STILE_AGENT_ANSWER_MAX_WAIT);

  answer->outcome = STILE_AGENT_WAIT;
  answer->seconds = MAX (seconds, 1);
  answer->words = stile_est_answer_get_text (response);
  return TRUE;
}

/* The draft has a device's refusal in a 200, and shows one in a 400 (figure 33): a status that is signed is one. */
static gboolean
is_status (StilePrmStep step, StileHttpMessage *response)
{
  return (step == STILE_PRM_STEP_VOUCHER || step == STILE_PRM_STEP_CERTIFICATE) &&
         stile_est_answer_is (response, JOSE);
}

static gboolean
refuse (StilePrmStep step, StileHttpMessage *response, GError **error)
{
  gboolean on_site = stile_prm_step_is_on_site (step);
  guint status = stile_http_message_get_status (response);
  g_autofree char *words = stile_est_answer_get_text (response);
  int code = status == 408 || status == 429 || status >= 500 ? STILE_ERROR_RETRY : STILE_ERROR_REFUSED;

  if (words != NULL)
    g_set_error (error, STILE_ERROR, code,
                 on_site ? _ ("The device answered %u: “%s”") : _ ("The registrar answered %u: “%s”"), status,
                 words);
  else
    g_set_error (error, STILE_ERROR, code,
                 on_site ? _ ("The device answered %u and does not say why")
                         : _ ("The registrar answered %u and does not say why"),
                 status);
  return FALSE;
}

/**
 * stile_agent_request_read:
 * @answer: gets outcome, artefact, time and words
 * @error: %STILE_ERROR_REFUSED; %STILE_ERROR_RETRY for what may be better later; %STILE_ERROR_PROTOCOL or
 *   %STILE_ERROR_LIMIT for what is no answer
 *
 * Reads what came.
 */
gboolean
stile_agent_request_read (StilePrmStep step,
                          StileHttpMessage *response,
                          StileAgentAnswer *answer,
                          GError **error)
{
  guint status = stile_http_message_get_status (response);

  if (status == 200 || status == 204 || is_status (step, response))
    return read_artefact (step, response, answer, error);
  if (status == 202 || status == 503)
    return read_wait (response, answer);

  return refuse (step, response, error);
}
