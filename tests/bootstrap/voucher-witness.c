/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/voucher-witness.h"

#include <string.h>

struct _VoucherWitness
{
  GObject parent_instance;

  StileRouter *router;
  GString *paths;       /* "requestvoucher voucher_status …" */
  GPtrArray *exchanges; /* of StileExchange */
  guint refuse;         /* requests to enrol are answered with this, or 0 */
};

static void witness_init (StileHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VoucherWitness,
                               voucher_witness,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_HANDLER, witness_init))

static void
voucher_witness_finalize (GObject *object)
{
  VoucherWitness *self = VOUCHER_WITNESS (object);

  g_object_unref (self->router);
  g_string_free (self->paths, TRUE);
  g_ptr_array_unref (self->exchanges);

  G_OBJECT_CLASS (voucher_witness_parent_class)->finalize (object);
}

static void
voucher_witness_class_init (VoucherWitnessClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = voucher_witness_finalize;
}

static void
voucher_witness_init (VoucherWitness *self)
{
  self->paths = g_string_new (NULL);
  self->exchanges = g_ptr_array_new_with_free_func (g_object_unref);
}

VoucherWitness *
voucher_witness_new (StileRouter *router)
{
  VoucherWitness *self = g_object_new (VOUCHER_TYPE_WITNESS, NULL);

  self->router = g_object_ref (router);

  return self;
}

void
voucher_witness_refuse_enrolment (VoucherWitness *self, guint status)
{
  self->refuse = status;
}

const char *
voucher_witness_get_paths (VoucherWitness *self)
{
  return self->paths->str;
}

StileExchange *
voucher_witness_get_last (VoucherWitness *self, guint before)
{
  return g_ptr_array_index (self->exchanges, self->exchanges->len - 1 - before);
}

static void
handled (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  g_task_return_pointer (task, stile_handler_handle_finish (STILE_HANDLER (object), result), g_object_unref);
}

static void
handle_async (StileHandler *handler,
              StileExchange *exchange,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  VoucherWitness *self = VOUCHER_WITNESS (handler);
  const char *path = stile_http_message_get_path (stile_exchange_get_request (exchange));

  g_string_append_printf (self->paths, "%s%s", self->paths->len > 0 ? " " : "", strrchr (path, '/') + 1);
  g_ptr_array_add (self->exchanges, g_object_ref (exchange));
  if (self->refuse != 0 && g_str_has_suffix (path, "simpleenroll"))
    stile_handler_return (handler, cancellable, callback, user_data,
                          stile_http_message_new_problem (self->refuse, "No", "Not today"));
  else
    stile_handler_handle_async (STILE_HANDLER (self->router), exchange, cancellable, handled,
                                g_task_new (self, cancellable, callback, user_data));
}

static StileHttpMessage *
handle_finish (StileHandler *handler, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
witness_init (StileHandlerInterface *iface)
{
  iface->handle_async = handle_async;
  iface->handle_finish = handle_finish;
}
