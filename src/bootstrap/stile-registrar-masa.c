/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-registrar-masa.h"

#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-registrar-carriers.h"
#include "bootstrap/stile-registrar-voucher.h"
#include "bootstrap/stile-brski-answer.h"
#include "codec/stile-certificate-text.h"
#include "codec/stile-date.h"

/* What a MASA says to people is handed on up to here. */
#define MAX_SENTENCE 500

/* A person at the MASA may take long; nobody waits longer than this for the next try. */
#define MAX_RETRY_SECONDS 3600

typedef struct
{
  StileCarrier *carrier;
  StileMasaAddress *masa;
  char *accept;
  gboolean redirected;
} Question;

static void
question_free (Question *question)
{
  g_clear_object (&question->carrier);
  g_clear_pointer (&question->masa, stile_masa_address_free);
  g_free (question->accept);
  g_free (question);
}

/* --- asking --- */

/* Where "201 Created" says that the answer is: a path of the same origin, or nothing (RFC 8995 section 5.8). */
static char *
find_location (Question *question, StileHttpMessage *response)
{
  const char *location = stile_http_message_get_field (response, "location");
  g_autofree char *whole =
      location != NULL ? g_uri_resolve_relative (question->masa->origin, location, G_URI_FLAGS_NONE, NULL)
                       : NULL;
  g_autoptr (StileMasaAddress) there =
      whole != NULL ? stile_masa_address_parse (whole, STILE_MASA_FROM_OPERATOR, NULL) : NULL;

  if (there == NULL || strcmp (there->origin, question->masa->origin) != 0)
    return NULL;

  return g_strdup (there->path);
}

static void answered (GObject *object, GAsyncResult *result, gpointer user_data);

static void
follow (GTask *task, StileHttpMessage *response)
{
  Question *question = g_task_get_task_data (task);
  g_autofree char *path = find_location (question, response);
  g_autoptr (StileHttpMessage) request = NULL;

  if (path == NULL)
    {
      g_task_return_new_error (task, STILE_ERROR, STILE_ERROR_PROTOCOL,
                               "The MASA has its answer at a place that is not the MASA's");
      g_object_unref (task);
      return;
    }

  question->redirected = TRUE;
  request = stile_http_message_new_request ("GET", "https", question->masa->authority, path);
  stile_http_message_add_field (request, "accept", question->accept);
  stile_carrier_request_async (question->carrier, request, g_task_get_cancellable (task), answered, task);
}

static void
answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Question *question = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpMessage) response =
      stile_carrier_request_finish (STILE_CARRIER (object), result, &error);

  if (response == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (stile_http_message_get_status (response) == 201 && !question->redirected)
    follow (g_steal_pointer (&task), response);
  else
    g_task_return_pointer (task, g_steal_pointer (&response), g_object_unref);
}

static Question *
question_new (StileRegistrar *registrar,
              const StileRegistrarDevice *device,
              const char *accept,
              GError **error)
{
  g_autoptr (StileMasaAddress) masa =
      stile_manufacturer_find_masa (device->manufacturer, device->idevid, error);
  StileCarrier *carrier = masa != NULL ? stile_registrar_carriers_get (registrar, device, masa, error) : NULL;
  Question *question;

  if (carrier == NULL)
    return NULL;

  question = g_new0 (Question, 1);
  question->carrier = carrier;
  question->masa = g_steal_pointer (&masa);
  question->accept = g_strdup (accept);
  return question;
}

/**
 * stile_registrar_masa_ask_async:
 * @name: "requestvoucher" or "requestauditlog"
 * @content: the registrar's signed request
 * @media_type: of @content
 * @accept: what may be answered
 *
 * Asks the MASA of that device (R6).  An answer that is somewhere else is fetched from there, once, and only from the
 * same origin.
 */
void
stile_registrar_masa_ask_async (StileRegistrar *registrar,
                                const StileRegistrarDevice *device,
                                const char *name,
                                GBytes *content,
                                const char *media_type,
                                const char *accept,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (registrar, cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;
  Question *question = question_new (registrar, device, accept, &error);
  g_autoptr (StileHttpMessage) request = NULL;
  g_autofree char *path = NULL;

  g_task_set_source_tag (task, stile_registrar_masa_ask_async);
  if (question == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  g_task_set_task_data (task, question, (GDestroyNotify)question_free);
  path = stile_masa_address_get_path (question->masa, name);
  request = stile_http_message_new_request ("POST", "https", question->masa->authority, path);
  stile_http_message_set_content (request, media_type, content);
  stile_http_message_add_field (request, "accept", accept);
  stile_carrier_request_async (question->carrier, request, cancellable, answered, g_steal_pointer (&task));
}

/**
 * stile_registrar_masa_ask_finish:
 *
 * Returns: (transfer full): the MASA's answer, whatever its status
 */
StileHttpMessage *
stile_registrar_masa_ask_finish (StileRegistrar *registrar, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- what it means --- */

/**
 * stile_registrar_masa_explain:
 * @error: why there is no answer
 *
 * Returns: (transfer full): what a pledge is told
 */
StileHttpMessage *
stile_registrar_masa_explain (const GError *error)
{
  g_autofree char *sentence =
      g_strdup_printf ("The manufacturer's service cannot be asked: %s", error->message);

  g_warning ("%s", sentence);
  if (g_error_matches (error, STILE_ERROR, STILE_ERROR_UNREACHABLE))
    return stile_brski_answer_wait (503, STILE_REGISTRAR_VOUCHER_RETRY_SECONDS, sentence);
  if (g_error_matches (error, STILE_ERROR, STILE_ERROR_RETRY))
    return stile_brski_answer_wait (504, STILE_REGISTRAR_VOUCHER_RETRY_SECONDS, sentence);
  if (g_error_matches (error, STILE_ERROR, STILE_ERROR_SETTINGS))
    return stile_brski_answer_refuse (404, sentence);

  return stile_brski_answer_refuse (502, sentence);
}

static char *
read_sentence (StileHttpMessage *response)
{
  static const char *const types[] = { "text/plain", NULL };
  gsize length;
  const char *text = g_bytes_get_data (stile_http_message_get_content (response), &length);

  if (length == 0 || stile_brski_answer_find_type (response, types) == NULL)
    return g_strdup_printf ("it answered with status %u", stile_http_message_get_status (response));

  while (length > 0 && g_ascii_isspace (text[length - 1]))
    length--;
  return stile_certificate_text_make_presentable (text, MIN (length, MAX_SENTENCE));
}

/* Its own refusals are handed on where they mean the same to a pledge (RFC 8995 section 5.6); a fault of the registrar's
 * request is none of the pledge's. */
static guint
translate_status (guint status)
{
  switch (status)
    {
    case 202:
    case 403:
    case 404:
    case 503:
      return status;
    default:
      return 502;
    }
}

/**
 * stile_registrar_masa_check:
 * @media_type: that its answer must have
 * @limit: bytes that it may have
 *
 * Returns: (transfer full) (nullable): what a pledge is told when the MASA did not give what it was asked for; %NULL when
 *   it did
 */
StileHttpMessage *
stile_registrar_masa_check (StileHttpMessage *response, const char *media_type, gsize limit)
{
  const char *types[] = { media_type, NULL };
  guint status = stile_http_message_get_status (response);
  const char *after = stile_http_message_get_field (response, "retry-after");
  guint told = translate_status (status);
  g_autofree char *said = NULL;
  g_autofree char *sentence = NULL;

  if (status == 200 && stile_brski_answer_find_type (response, types) == NULL)
    return stile_brski_answer_refuse (502,
                                      "The manufacturer's service answers something of another media type");
  if (status == 200 && g_bytes_get_size (stile_http_message_get_content (response)) > limit)
    return stile_brski_answer_refuse (502, "The manufacturer's service answers too much");
  if (status == 200)
    return NULL;

  said = read_sentence (response);
  sentence = g_strdup_printf (told == 202 ? "The manufacturer's service asks to wait: %s"
                                          : "The manufacturer's service refuses: %s",
                              said);
  g_warning ("%s", sentence);
  if (told != 202 && told != 503)
    return stile_brski_answer_refuse (told, sentence);

  return stile_brski_answer_wait (told,
                                  stile_date_parse_retry_after (after, g_get_real_time () / G_USEC_PER_SEC,
                                                                STILE_REGISTRAR_VOUCHER_RETRY_SECONDS,
                                                                MAX_RETRY_SECONDS),
                                  sentence);
}
