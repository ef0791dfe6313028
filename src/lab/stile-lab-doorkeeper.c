/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-doorkeeper.h"

#include <string.h>

#include "bootstrap/stile-brski-answer.h"

/* Before the first one is let in: so that whoever waits is asked to wait once. */
#define DECIDES_SECONDS 3

/* What a registrar says to whoever waits is a sentence. */
#define MAX_SENTENCE 500

/**
 * StileLabDoorkeeper:
 *
 * The person whom the lab's registrar asks: lets in, after some seconds, whoever waits at the door.  It stands before two
 * registrars with one ledger, one that lets in by itself and one that asks.  The lab's registrar holds it.
 */
struct _StileLabDoorkeeper
{
  GObject parent_instance;

  StileHandler *open;
  StileHandler *asking;
  StileLedger *ledger;
  gboolean asks;
  GSource *decision; /* or NULL */
};

static void handler_init (StileHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileLabDoorkeeper,
                               stile_lab_doorkeeper,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_HANDLER, handler_init))

static void
stile_lab_doorkeeper_dispose (GObject *object)
{
  StileLabDoorkeeper *self = STILE_LAB_DOORKEEPER (object);

  stile_lab_doorkeeper_stop (self);
  g_clear_object (&self->open);
  g_clear_object (&self->asking);
  g_clear_object (&self->ledger);

  G_OBJECT_CLASS (stile_lab_doorkeeper_parent_class)->dispose (object);
}

static void
stile_lab_doorkeeper_class_init (StileLabDoorkeeperClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_lab_doorkeeper_dispose;
}

static void
stile_lab_doorkeeper_init (StileLabDoorkeeper *self)
{
}

/**
 * stile_lab_doorkeeper_new:
 * @open: answers requests for vouchers, and asks nobody
 * @asking: the same, and asks somebody
 * @ledger: of both
 */
StileLabDoorkeeper *
stile_lab_doorkeeper_new (StileHandler *open, StileHandler *asking, StileLedger *ledger)
{
  StileLabDoorkeeper *self = g_object_new (STILE_TYPE_LAB_DOORKEEPER, NULL);

  self->open = g_object_ref (open);
  self->asking = g_object_ref (asking);
  self->ledger = g_object_ref (ledger);

  return self;
}

static gboolean
set_all (StileLabDoorkeeper *self, StileAdmission from, StileAdmission to, const char *why, GError **error)
{
  g_autoptr (GPtrArray) devices = stile_ledger_list_devices (self->ledger, error);

  for (guint i = 0; devices != NULL && i < devices->len; i++)
    {
      const StileLedgerDevice *device = g_ptr_array_index (devices, i);

      if ((from == STILE_ADMISSION_NONE || device->admission == from) &&
          !stile_ledger_set_admission (self->ledger, device->issuer, device->serial, to, why, error))
        return FALSE;
    }

  return devices != NULL;
}

/**
 * stile_lab_doorkeeper_set_asking:
 *
 * Whether somebody is asked from the next request on.  What was decided before is forgotten then.
 */
void
stile_lab_doorkeeper_set_asking (StileLabDoorkeeper *self, gboolean asks)
{
  g_autoptr (GError) error = NULL;

  stile_lab_doorkeeper_stop (self);
  self->asks = asks;
  if (asks && !set_all (self, STILE_ADMISSION_NONE, STILE_ADMISSION_ASKED, NULL, &error))
    g_warning ("The lab’s registrar cannot forget whom it knows: %s", error->message);
}

/**
 * stile_lab_doorkeeper_approve:
 *
 * Lets in who waits.
 */
gboolean
stile_lab_doorkeeper_approve (StileLabDoorkeeper *self, GError **error)
{
  stile_lab_doorkeeper_stop (self);

  return set_all (self, STILE_ADMISSION_ASKED, STILE_ADMISSION_ALLOWED, "Somebody in the lab has approved it",
                  error);
}

/**
 * stile_lab_doorkeeper_stop:
 *
 * Decides no more; more than once does no harm.
 */
void
stile_lab_doorkeeper_stop (StileLabDoorkeeper *self)
{
  if (self->decision != NULL)
    g_source_destroy (self->decision);
  g_clear_pointer (&self->decision, g_source_unref);
}

static gboolean
decide (gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!stile_lab_doorkeeper_approve (user_data, &error))
    g_warning ("Nobody in the lab can approve: %s", error->message);
  return G_SOURCE_REMOVE;
}

static void
decide_soon (StileLabDoorkeeper *self)
{
  if (self->decision != NULL)
    return;

  self->decision = g_timeout_source_new_seconds (DECIDES_SECONDS);
  g_source_set_static_name (self->decision, "[stile] lab approves a device");
  g_source_set_callback (self->decision, decide, self, NULL);
  g_source_attach (self->decision, g_main_context_get_thread_default ());
}

/* --- as a handler --- */

/* The registrar's own words, and less of a wait. */
static StileHttpMessage *
shorten (StileHttpMessage *response)
{
  gsize length = 0;
  const char *text = g_bytes_get_data (stile_http_message_get_content (response), &length);
  g_autofree char *sentence = g_strndup (text != NULL ? text : "", MIN (length, MAX_SENTENCE));

  return stile_brski_answer_wait (202, STILE_LAB_DOORKEEPER_ASK_SECONDS, g_strstrip (sentence));
}

static void
answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (StileHttpMessage) response = stile_handler_handle_finish (STILE_HANDLER (object), result);
  StileLabDoorkeeper *self = g_task_get_source_object (task);

  if (stile_http_message_get_status (response) != 202 || !self->asks)
    {
      g_task_return_pointer (task, g_steal_pointer (&response), g_object_unref);
      return;
    }

  decide_soon (self);
  g_task_return_pointer (task, shorten (response), g_object_unref);
}

static void
handle_async (StileHandler *handler,
              StileExchange *exchange,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  StileLabDoorkeeper *self = STILE_LAB_DOORKEEPER (handler);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, handle_async);
  stile_handler_handle_async (self->asks ? self->asking : self->open, exchange, cancellable, answered, task);
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
