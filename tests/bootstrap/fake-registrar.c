/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/fake-registrar.h"

#include <string.h>

#include "bootstrap/stile-voucher-answer.h"
#include "bootstrap/stile-voucher-json.h"

typedef struct
{
  StileHttpMessage *response; /* NULL: a voucher */
  StileVoucherFields fields;
  TestPki *masa; /* no-ref */
} Line;

struct _FakeRegistrar
{
  GObject parent_instance;

  GMutex mutex;         /* endpoints ask from any thread */
  GPtrArray *script;    /* of Line */
  GPtrArray *exchanges; /* of StileExchange */
  guint next;
  guint report_status;
};

static void
line_free (gpointer data)
{
  Line *self = data;

  g_clear_object (&self->response);
  g_free (self);
}

static StileVoucher *
read_request (StileHttpMessage *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileSignedMessage) message =
      stile_signed_message_parse (stile_http_message_get_content (request), &error);
  StileVoucher *voucher;

  g_assert_no_error (error);
  voucher =
      stile_voucher_json_parse (stile_signed_message_get_content (message), STILE_VOUCHER_REQUEST, &error);
  g_assert_no_error (error);
  return voucher;
}

static StileHttpMessage *
make_voucher (const Line *line, StileHttpMessage *request)
{
  StileHttpMessage *response = stile_http_message_new_response (200);
  g_autoptr (StileVoucher) asked = read_request (request);
  StileVoucherFields fields = line->fields;
  g_autoptr (StileVoucher) voucher = NULL;
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (fields.nonce == NULL)
    fields.nonce = stile_voucher_get_fields (asked)->nonce;
  voucher = stile_voucher_new (STILE_VOUCHER_ARTIFACT, &fields);
  content = stile_voucher_json_print (voucher);
  bytes = court_sign (content, line->masa);
  stile_http_message_set_content (response, STILE_VOUCHER_CMS_MEDIA_TYPE, bytes);
  return response;
}

static StileHttpMessage *
answer_request (FakeRegistrar *self, StileHttpMessage *request)
{
  const Line *line;

  if (self->script->len == 0)
    return stile_http_message_new_response (404);

  line = g_ptr_array_index (self->script, MIN (self->next, self->script->len - 1));
  self->next++;
  return line->response != NULL ? g_object_ref (line->response) : make_voucher (line, request);
}

static void
handle_async (StileHandler *handler,
              StileExchange *exchange,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  FakeRegistrar *self = FAKE_REGISTRAR (handler);
  StileHttpMessage *request = stile_exchange_get_request (exchange);
  StileHttpMessage *response;

  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->exchanges, g_object_ref (exchange));
  if (strcmp (stile_http_message_get_path (request), STILE_VOUCHER_ANSWER_REQUEST_PATH) == 0)
    response = answer_request (self, request);
  else
    response = stile_http_message_new_response (self->report_status);
  g_mutex_unlock (&self->mutex);

  stile_handler_return (handler, cancellable, callback, user_data, response);
}

static StileHttpMessage *
handle_finish (StileHandler *handler, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
handler_init (StileHandlerInterface *iface)
{
  iface->handle_async = handle_async;
  iface->handle_finish = handle_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeRegistrar,
                               fake_registrar,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_HANDLER, handler_init))

static void
fake_registrar_finalize (GObject *object)
{
  FakeRegistrar *self = FAKE_REGISTRAR (object);

  g_ptr_array_unref (self->script);
  g_ptr_array_unref (self->exchanges);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (fake_registrar_parent_class)->finalize (object);
}

static void
fake_registrar_class_init (FakeRegistrarClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_registrar_finalize;
}

static void
fake_registrar_init (FakeRegistrar *self)
{
  g_mutex_init (&self->mutex);
  self->script = g_ptr_array_new_with_free_func (line_free);
  self->exchanges = g_ptr_array_new_with_free_func (g_object_unref);
  self->report_status = 200;
}

FakeRegistrar *
fake_registrar_new (void)
{
  return g_object_new (FAKE_TYPE_REGISTRAR, NULL);
}

static StileHttpMessage *
add_line (FakeRegistrar *self, guint status)
{
  Line *line = g_new0 (Line, 1);

  line->response = stile_http_message_new_response (status);
  g_ptr_array_add (self->script, line);
  return line->response;
}

void
fake_registrar_say (FakeRegistrar *self, guint status, const char *type, const char *words)
{
  StileHttpMessage *response = add_line (self, status);
  g_autoptr (GBytes) content = words != NULL ? g_bytes_new (words, strlen (words)) : NULL;

  if (content != NULL)
    stile_http_message_set_content (response, type, content);
}

void
fake_registrar_say_with (
    FakeRegistrar *self, guint status, const char *field, const char *value, const char *words)
{
  StileHttpMessage *response;

  fake_registrar_say (self, status, "text/plain", words);
  response = ((Line *)g_ptr_array_index (self->script, self->script->len - 1))->response;
  g_assert_true (stile_http_message_add_field (response, field, value));
}

void
fake_registrar_give (FakeRegistrar *self, const char *type, GBytes *content)
{
  stile_http_message_set_content (add_line (self, 200), type, content);
}

void
fake_registrar_give_voucher (FakeRegistrar *self, const StileVoucherFields *fields, TestPki *masa)
{
  Line *line = g_new0 (Line, 1);

  line->fields = *fields;
  line->masa = masa;
  g_ptr_array_add (self->script, line);
}

void
fake_registrar_answer_reports (FakeRegistrar *self, guint status)
{
  self->report_status = status;
}

static gboolean
has_path (StileExchange *exchange, const char *path)
{
  return strcmp (stile_http_message_get_path (stile_exchange_get_request (exchange)), path) == 0;
}

StileExchange *
fake_registrar_get_exchange (FakeRegistrar *self, const char *path, guint index)
{
  for (guint i = 0; i < self->exchanges->len; i++)
    if (has_path (g_ptr_array_index (self->exchanges, i), path) && index-- == 0)
      return g_ptr_array_index (self->exchanges, i);

  return NULL;
}

guint
fake_registrar_count (FakeRegistrar *self, const char *path)
{
  guint count = 0;

  for (guint i = 0; i < self->exchanges->len; i++)
    if (has_path (g_ptr_array_index (self->exchanges, i), path))
      count++;

  return count;
}

StileVoucher *
fake_registrar_read_request (FakeRegistrar *self, guint index)
{
  StileExchange *exchange = fake_registrar_get_exchange (self, STILE_VOUCHER_ANSWER_REQUEST_PATH, index);

  g_assert_nonnull (exchange);
  return read_request (stile_exchange_get_request (exchange));
}
