/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-trace-document.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-base64url.h"
#include "codec/stile-certificate-text.h"
#include "codec/stile-date.h"
#include "codec/stile-json.h"

/* A sentence with a URL or two in it; what a middlebox adds to one must not fill a window. */
#define MAX_TEXT_LENGTH 2000

/* A year: times are shown, and a trace is of one sitting. */
#define MAX_MILLISECONDS (366.0 * 24 * 60 * 60 * 1000)

/* What an event takes in a file beside its bytes and its summary, at most. */
#define EVENT_FRAME_SIZE 512

/* Left for what stands around the events. */
#define HEAD_SIZE 4096

/**
 * StileTraceDocument:
 *
 * A trace as a file (docs/trace.md), with whose service it was: what somebody saves here, and opens elsewhere.  Flights are in it
 * as they went over; what happened beside them is a sentence each, and no secret is in either.
 */
struct _StileTraceDocument
{
  GObject parent_instance;

  StileTrace *trace;
  char *service;
  gboolean is_known; /* whether the next means anything */
  gboolean intercepted;
  guint left_out; /* events before the first that is there */
};

G_DEFINE_FINAL_TYPE (StileTraceDocument, stile_trace_document, G_TYPE_OBJECT)

static void
stile_trace_document_finalize (GObject *object)
{
  StileTraceDocument *self = STILE_TRACE_DOCUMENT (object);

  g_clear_object (&self->trace);
  g_free (self->service);

  G_OBJECT_CLASS (stile_trace_document_parent_class)->finalize (object);
}

static void
stile_trace_document_class_init (StileTraceDocumentClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_trace_document_finalize;
}

static void
stile_trace_document_init (StileTraceDocument *self)
{
}

/* As it is read back, too: nothing that a terminal obeys.  A proxy's URL may have a password before its host. */
static char *
leave_out_secrets (const char *text)
{
  g_autofree char *presentable = stile_certificate_text_make_presentable (text, strlen (text));
  g_autoptr (GRegex) users = g_regex_new ("://[^/?#\\s]*@", 0, 0, NULL);

  return g_regex_replace_literal (users, presentable, -1, 0, "://", 0, NULL);
}

static void
cut (char *text)
{
  if (strlen (text) > MAX_TEXT_LENGTH)
    *g_utf8_find_prev_char (text, text + MAX_TEXT_LENGTH + 1) = '\0';
}

/* A query may be anything, and what a trace is of is told by the rest. */
static char *
shorten_service (const char *service)
{
  char *open = leave_out_secrets (service);

  open[strcspn (open, "?#")] = '\0';
  cut (open);
  return open;
}

/**
 * stile_trace_document_new:
 * @service: the URL of the service that was to be reached
 *
 * Returns: (transfer full): a document over @trace, which may grow until it is written
 */
StileTraceDocument *
stile_trace_document_new (StileTrace *trace, const char *service)
{
  StileTraceDocument *self = g_object_new (STILE_TYPE_TRACE_DOCUMENT, NULL);

  self->trace = g_object_ref (trace);
  self->service = shorten_service (service);

  return self;
}

/* --- reading --- */

static gboolean
refuse (GError **error, const char *problem)
{
  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS, problem);
  return FALSE;
}

/* As it can be shown, or NULL for what is too long. */
static char *
read_text (GVariant *object, const char *member)
{
  const char *text = stile_json_get_string (object, member);
  g_autofree char *presentable =
      text != NULL ? stile_certificate_text_make_presentable (text, strlen (text)) : NULL;

  return presentable != NULL && strlen (presentable) <= MAX_TEXT_LENGTH ? g_steal_pointer (&presentable)
                                                                        : NULL;
}

static gboolean
read_time (GVariant *object, gint64 *time, GError **error)
{
  g_autoptr (GVariant) member = stile_json_get_member (object, "ms");
  double milliseconds = -1;

  if (member != NULL && g_variant_is_of_type (member, G_VARIANT_TYPE_DOUBLE))
    milliseconds = g_variant_get_double (member);
  else if (member != NULL && g_variant_is_of_type (member, G_VARIANT_TYPE_INT64))
    milliseconds = (double)g_variant_get_int64 (member);
  if (!(milliseconds >= 0 && milliseconds <= MAX_MILLISECONDS))
    return refuse (error, _ ("it does not say when it was"));

  *time = (gint64)(milliseconds * 1000.0 + 0.5);
  return TRUE;
}

static GBytes *
read_bytes (GVariant *object, GError **error)
{
  const char *text = stile_json_get_string (object, "base64");
  g_autoptr (GBytes) bytes = text != NULL ? stile_base64url_decode_standard (text, -1, NULL) : NULL;

  if (bytes == NULL)
    {
      refuse (error, _ ("the bytes of the flight are not there in base64"));
      return NULL;
    }
  if (g_bytes_get_size (bytes) > STILE_FLIGHT_MAX_SIZE)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("the flight has %zu bytes, the limit is %d"),
                   g_bytes_get_size (bytes), STILE_FLIGHT_MAX_SIZE);
      return NULL;
    }

  return g_steal_pointer (&bytes);
}

static StileFlight *
read_flight (GVariant *object, GError **error)
{
  const char *sender = stile_json_get_string (object, "sender");
  gint64 number = stile_json_get_integer (object, "number", 0);
  g_autoptr (GBytes) bytes = NULL;

  if (g_strcmp0 (sender, "client") != 0 && g_strcmp0 (sender, "server") != 0)
    {
      refuse (error, _ ("the sender of the flight is neither “client” nor “server”"));
      return NULL;
    }
  if (number < 1 || number > G_MAXINT)
    {
      refuse (error, _ ("the flight has no number"));
      return NULL;
    }

  bytes = read_bytes (object, error);
  if (bytes == NULL)
    return NULL;

  return stile_flight_new (*sender == 'c' ? STILE_ROLE_CLIENT : STILE_ROLE_SERVER, (guint)number, bytes);
}

/* What is said of a flight is read from its bytes, whatever the file says. */
static StileTraceEvent *
read_flight_event (GVariant *object, gint64 time, GError **error)
{
  g_autoptr (GVariant) member = stile_json_get_member (object, "flight");
  g_autoptr (StileFlight) flight = read_flight (member, error);

  return flight != NULL ? stile_trace_event_new_recorded_flight (flight, time) : NULL;
}

static StileTraceEvent *
read_event (GVariant *object, GError **error)
{
  g_autofree char *summary = read_text (object, "summary");
  StileTraceKind kind;
  gint64 time = 0;

  if (!read_time (object, &time, error))
    return NULL;
  if (!stile_trace_event_find_kind (stile_json_get_string (object, "event"), &kind))
    {
      refuse (error, _ ("it is of a kind that this version does not know"));
      return NULL;
    }
  if (kind == STILE_TRACE_FLIGHT)
    return read_flight_event (object, time, error);
  if (summary == NULL)
    {
      refuse (error, _ ("it does not say in a sentence what happened"));
      return NULL;
    }

  return stile_trace_event_new_recorded (kind, summary, time);
}

static gboolean
read_events (StileTraceDocument *self, GVariant *list, GError **error)
{
  gsize count = g_variant_n_children (list);

  if (count > STILE_TRACE_DOCUMENT_MAX_EVENTS)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("The trace has %zu events, the limit is %d"),
                   count, STILE_TRACE_DOCUMENT_MAX_EVENTS);
      return FALSE;
    }

  for (gsize i = 0; i < count; i++)
    {
      g_autoptr (GVariant) item = NULL;
      StileTraceEvent *event;

      g_variant_get_child (list, i, "v", &item);
      event = read_event (item, error);
      if (event == NULL)
        {
          g_prefix_error (error, _ ("Event %zu of the trace cannot be read: "), i + 1);
          return FALSE;
        }
      stile_trace_add (self->trace, event);
    }

  return TRUE;
}

static gboolean
read_head (StileTraceDocument *self, GVariant *document, GError **error)
{
  g_autofree char *service = read_text (document, "service");
  const char *created = stile_json_get_string (document, "created");
  g_autoptr (GVariant) intercepted = stile_json_get_member (document, "intercepted");
  gint64 left_out = stile_json_get_integer (document, "left_out", 0);
  gint64 began;

  if (service == NULL || created == NULL || !stile_date_parse (created, &began, NULL))
    return refuse (error, _ ("The trace lacks its service or its date"));

  self->service = g_steal_pointer (&service);
  self->is_known = intercepted != NULL && g_variant_is_of_type (intercepted, G_VARIANT_TYPE_BOOLEAN);
  self->intercepted = self->is_known && g_variant_get_boolean (intercepted);
  self->left_out = (guint)CLAMP (left_out, 0, G_MAXINT);
  self->trace = stile_trace_new_recorded (began);
  return TRUE;
}

/**
 * stile_trace_document_new_from_json:
 * @json: from anybody
 *
 * Returns: (transfer full): the document; %STILE_ERROR_LIMIT or %STILE_ERROR_SETTINGS
 */
StileTraceDocument *
stile_trace_document_new_from_json (GBytes *json, GError **error)
{
  g_autoptr (GVariant) document = stile_json_parse (json, STILE_TRACE_DOCUMENT_MAX_SIZE, error);
  g_autoptr (GVariant) list = document != NULL ? stile_json_get_member (document, "events") : NULL;
  g_autoptr (StileTraceDocument) self = g_object_new (STILE_TYPE_TRACE_DOCUMENT, NULL);

  if (document == NULL)
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      return NULL;
    }
  if (g_strcmp0 (stile_json_get_string (document, "schema"), STILE_TRACE_DOCUMENT_SCHEMA) != 0 ||
      list == NULL || !g_variant_is_of_type (list, G_VARIANT_TYPE ("av")))
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("This is no trace of a session (“%s”)"),
                   STILE_TRACE_DOCUMENT_SCHEMA);
      return NULL;
    }

  return read_head (self, document, error) && read_events (self, list, error) ? g_steal_pointer (&self)
                                                                              : NULL;
}

/**
 * stile_trace_document_load:
 *
 * Returns: (transfer full): the trace in a file
 */
StileTraceDocument *
stile_trace_document_load (const char *path, GError **error)
{
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, error);
  g_autoptr (GBytes) bytes = file != NULL ? g_mapped_file_get_bytes (file) : NULL;
  StileTraceDocument *self = bytes != NULL ? stile_trace_document_new_from_json (bytes, error) : NULL;

  if (self == NULL)
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      g_prefix_error (error, "%s: ", path);
    }
  return self;
}

/* --- what is in it --- */

/**
 * stile_trace_document_get_trace:
 *
 * Returns: (transfer none): what happened
 */
StileTrace *
stile_trace_document_get_trace (StileTraceDocument *self)
{
  return self->trace;
}

/**
 * stile_trace_document_get_service:
 *
 * Returns: (transfer none): the service's URL, without user and query; from anybody when the document was read
 */
const char *
stile_trace_document_get_service (StileTraceDocument *self)
{
  return self->service;
}

/**
 * stile_trace_document_set_intercepted:
 * @intercepted: whether something in between ended the TLS of the transport; only who has found out calls this
 */
void
stile_trace_document_set_intercepted (StileTraceDocument *self, gboolean intercepted)
{
  self->is_known = TRUE;
  self->intercepted = intercepted;
}

/**
 * stile_trace_document_get_intercepted:
 *
 * Returns: whether something in between is known to have ended the TLS of the transport
 */
gboolean
stile_trace_document_get_intercepted (StileTraceDocument *self)
{
  return self->intercepted;
}

/**
 * stile_trace_document_get_left_out:
 *
 * Returns: how many events came before the first that is there, since a file has its limits
 */
guint
stile_trace_document_get_left_out (StileTraceDocument *self)
{
  return self->left_out;
}

/* --- writing --- */

static gsize
measure (StileTraceEvent *event)
{
  StileFlight *flight = stile_trace_event_get_flight (event);

  /* Each character of a sentence may become an escape of six, and three bytes are four in base64. */
  return EVENT_FRAME_SIZE + 6 * MIN (strlen (stile_trace_event_get_summary (event)), MAX_TEXT_LENGTH) +
         (flight != NULL ? g_bytes_get_size (stile_flight_get_bytes (flight)) / 3 * 4 + 4 : 0);
}

/* The newest are kept: how it ended is what people look for. */
static guint
find_first (GListModel *events)
{
  guint first = g_list_model_get_n_items (events);
  gsize size = HEAD_SIZE;

  for (guint kept = 0; first > 0 && kept < STILE_TRACE_DOCUMENT_MAX_EVENTS; kept++, first--)
    {
      g_autoptr (StileTraceEvent) event = g_list_model_get_item (events, first - 1);

      size += measure (event);
      if (size > STILE_TRACE_DOCUMENT_MAX_SIZE)
        break;
    }

  return first;
}

static char *
cut_summary (const char *summary)
{
  char *open = leave_out_secrets (summary);

  cut (open);
  return open;
}

/* Not the event's details: header fields and addresses that nobody looked through are in them. */
static GVariant *
write_event (StileTraceEvent *event, gint64 start)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  StileFlight *flight = stile_trace_event_get_flight (event);
  g_autofree char *summary = cut_summary (stile_trace_event_get_summary (event));
  double milliseconds = (double)(stile_trace_event_get_time (event) - start) / 1000.0;

  g_variant_builder_add (&builder, "{sv}", "event",
                         g_variant_new_string (stile_trace_event_get_kind_name (event)));
  g_variant_builder_add (&builder, "{sv}", "ms",
                         g_variant_new_double (CLAMP (milliseconds, 0, MAX_MILLISECONDS)));
  g_variant_builder_add (&builder, "{sv}", "summary", g_variant_new_string (summary));
  if (flight != NULL)
    g_variant_builder_add (&builder, "{sv}", "flight", stile_flight_to_variant (flight, TRUE));

  return g_variant_builder_end (&builder);
}

static GVariant *
write_events (StileTraceDocument *self, guint first)
{
  GListModel *events = G_LIST_MODEL (self->trace);
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));

  for (guint i = first; i < g_list_model_get_n_items (events); i++)
    {
      g_autoptr (StileTraceEvent) event = g_list_model_get_item (events, i);

      g_variant_builder_add (&builder, "v", write_event (event, stile_trace_get_start (self->trace)));
    }

  return g_variant_builder_end (&builder);
}

/**
 * stile_trace_document_to_variant:
 *
 * Returns: (transfer floating): the document for JSON
 */
GVariant *
stile_trace_document_to_variant (StileTraceDocument *self)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree char *created = stile_date_format (stile_trace_get_began (self->trace));
  guint first = find_first (G_LIST_MODEL (self->trace));

  /* The schema comes first: a file is known by its beginning. */
  g_variant_builder_add (&builder, "{sv}", "schema", g_variant_new_string (STILE_TRACE_DOCUMENT_SCHEMA));
  g_variant_builder_add (&builder, "{sv}", "created", g_variant_new_string (created));
  g_variant_builder_add (&builder, "{sv}", "by", g_variant_new_string ("Stile " PACKAGE_VERSION));
  g_variant_builder_add (&builder, "{sv}", "service", g_variant_new_string (self->service));
  if (self->is_known)
    g_variant_builder_add (&builder, "{sv}", "intercepted", g_variant_new_boolean (self->intercepted));
  g_variant_builder_add (&builder, "{sv}", "left_out", g_variant_new_int64 (self->left_out + (gint64)first));
  g_variant_builder_add (&builder, "{sv}", "events", write_events (self, first));

  return g_variant_builder_end (&builder);
}

/**
 * stile_trace_document_save:
 *
 * Writes a file that only its owner can read, whole or not at all.
 */
gboolean
stile_trace_document_save (StileTraceDocument *self, const char *path, GError **error)
{
  g_autoptr (GVariant) document = g_variant_ref_sink (stile_trace_document_to_variant (self));
  g_autofree char *text = stile_json_print (document, TRUE);

  if (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                0600, error))
    return TRUE;

  stile_error_convert (error, STILE_ERROR_SETTINGS);
  g_prefix_error (error, _ ("Saving the trace as “%s”: "), path);
  return FALSE;
}
