/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-camera.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>

#include "app/stile-camera-pipeline.h"
#include "app/stile-camera-portal.h"
#include "atls/stile-error.h"

/**
 * StileCamera:
 *
 * The camera, from the question whether it may be used to what it sees and what codes say there.  Whoever shows it
 * starts it, and stops it as soon as nobody looks.
 */
struct _StileCamera
{
  GObject parent_instance;

  guint patience;
  GCancellable *cancellable; /* of what brings the pipeline; NULL while it is off */
  GstElement *pipeline;      /* or NULL */
  guint watch;               /* of its bus */
  guint closing;             /* of its connection to PipeWire */
  guint waiting;             /* ends when no picture comes */
};

G_DEFINE_FINAL_TYPE (StileCamera, stile_camera, G_TYPE_OBJECT)

enum
{
  PICTURE,
  READ,
  FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
stile_camera_dispose (GObject *object)
{
  stile_camera_stop (STILE_CAMERA (object));

  G_OBJECT_CLASS (stile_camera_parent_class)->dispose (object);
}

static void
stile_camera_class_init (StileCameraClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_camera_dispose;

  signals[PICTURE] = g_signal_new ("picture", STILE_TYPE_CAMERA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, GDK_TYPE_TEXTURE);
  signals[READ] = g_signal_new ("read", STILE_TYPE_CAMERA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[FAILED] = g_signal_new ("failed", STILE_TYPE_CAMERA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
stile_camera_init (StileCamera *self)
{
  self->patience = STILE_CAMERA_PATIENCE;
}

static void
fail (StileCamera *self, const char *message)
{
  g_autofree char *copy = g_strdup (message);

  stile_camera_stop (self);
  g_signal_emit (self, signals[FAILED], 0, copy);
}

/* --- what it sees --- */

/* PipeWire waits for a camera that is not there, or not any more. */
static gboolean
nothing_came (gpointer user_data)
{
  StileCamera *self = user_data;

  self->waiting = 0;
  fail (self,
        _ ("No picture comes from the camera. See whether it is plugged in and switched on, and whether "
           "another program uses it, then try again."));
  return G_SOURCE_REMOVE;
}

static void
await_picture (StileCamera *self)
{
  g_clear_handle_id (&self->waiting, g_source_remove);
  self->waiting = g_timeout_add_seconds (self->patience, nothing_came, self);
}

static void
show_picture (StileCamera *self)
{
  g_autoptr (GdkTexture) texture = stile_camera_pipeline_take_picture (self->pipeline);

  if (texture == NULL)
    return;

  await_picture (self);
  g_signal_emit (self, signals[PICTURE], 0, texture);
}

/* Whoever hears of a code may stop the camera. */
static void
tell_codes (StileCamera *self, const GstStructure *structure)
{
  g_autoptr (GPtrArray) texts = NULL;

  if (!gst_structure_get (structure, STILE_CAMERA_PIPELINE_CODES, G_TYPE_PTR_ARRAY, &texts, NULL))
    return;
  for (guint i = 0; i < texts->len && self->pipeline != NULL; i++)
    g_signal_emit (self, signals[READ], 0, g_ptr_array_index (texts, i));
}

static void
tell_problem (StileCamera *self, GstMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *details = NULL;
  g_autofree char *sentence = NULL;

  gst_message_parse_error (message, &error, &details);
  g_debug ("%s", details);
  sentence =
      g_strdup_printf (_ ("The camera’s picture has ended: %s See whether PipeWire runs and the camera is "
                          "plugged in, then try again."),
                       error->message);
  fail (self, sentence);
}

static gboolean
hung_up (int fd, GIOCondition condition, gpointer user_data)
{
  StileCamera *self = user_data;

  self->closing = 0;
  fail (self,
        _ ("The camera’s picture has ended, since PipeWire, which brings it, has ended. Start “pipewire” and "
           "“wireplumber”, or sign in again."));
  return G_SOURCE_REMOVE;
}

static gboolean
said_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  g_autoptr (StileCamera) self = g_object_ref (user_data);
  GstMessageType type = GST_MESSAGE_TYPE (message);

  if (type == GST_MESSAGE_ERROR)
    tell_problem (self, message);
  else if (type == GST_MESSAGE_EOS)
    fail (self, _ ("The camera’s picture has ended. See whether it is plugged in, then try again."));
  else if (type == GST_MESSAGE_APPLICATION && gst_message_has_name (message, STILE_CAMERA_PIPELINE_PICTURE))
    show_picture (self);
  else if (type == GST_MESSAGE_APPLICATION)
    tell_codes (self, gst_message_get_structure (message));

  return G_SOURCE_CONTINUE;
}

/* --- on and off --- */

static void
played_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileCamera) self = user_data;
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = stile_camera_pipeline_play_finish (result, &error);
  g_autoptr (GstBus) bus = NULL;

  if (stile_error_is_cancelled (error))
    return;
  if (pipeline == NULL)
    {
      fail (self, error->message);
      return;
    }

  self->pipeline = pipeline;
  bus = gst_element_get_bus (pipeline);
  self->watch = gst_bus_add_watch (bus, said_cb, self);
  self->closing = g_unix_fd_add (stile_camera_pipeline_get_fd (pipeline), G_IO_HUP | G_IO_ERR, hung_up, self);
}

/* The descriptor may have come just before somebody stopped.  From here on nobody is asked anything, and PipeWire may
 * take half a minute to find that it has no camera. */
static void
opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileCamera) self = user_data;
  g_autoptr (GError) error = NULL;
  int fd = stile_camera_portal_open_finish (result, &error);
  GCancellable *cancellable = g_task_get_cancellable (G_TASK (result));

  if (fd < 0 && !stile_error_is_cancelled (error))
    fail (self, error->message);
  if (fd < 0)
    return;

  if (cancellable == self->cancellable)
    await_picture (self);
  stile_camera_pipeline_play_async (fd, cancellable, played_cb, g_object_ref (self));
}

/**
 * stile_camera_new:
 *
 * Returns: (transfer full): a camera that is off
 */
StileCamera *
stile_camera_new (void)
{
  return g_object_new (STILE_TYPE_CAMERA, NULL);
}

/**
 * stile_camera_set_patience:
 * @seconds: without a picture, after which it has failed
 */
void
stile_camera_set_patience (StileCamera *self, guint seconds)
{
  self->patience = seconds;
  if (self->waiting != 0)
    await_picture (self);
}

/**
 * stile_camera_start:
 *
 * Asks the desktop for the camera, and shows it.  Nothing happens when it is on already.
 */
void
stile_camera_start (StileCamera *self)
{
  if (self->cancellable != NULL)
    return;

  self->cancellable = g_cancellable_new ();
  stile_camera_portal_open_async (self->cancellable, opened_cb, g_object_ref (self));
}

/**
 * stile_camera_stop:
 *
 * Lets go of the camera; its light goes out.
 */
void
stile_camera_stop (StileCamera *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->watch, g_source_remove);
  g_clear_handle_id (&self->closing, g_source_remove);
  g_clear_handle_id (&self->waiting, g_source_remove);
  g_clear_pointer (&self->pipeline, stile_camera_pipeline_end);
}

/**
 * stile_camera_is_on:
 *
 * Returns: whether it was started, and has neither failed nor been stopped
 */
gboolean
stile_camera_is_on (StileCamera *self)
{
  return self->cancellable != NULL;
}
