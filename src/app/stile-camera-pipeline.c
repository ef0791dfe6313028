/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-camera-pipeline.h"

#include <glib/gi18n-lib.h>
#include <gst/app/gstappsink.h>
#include <gst/video/video.h>
#include <unistd.h>

#include "atls/stile-error.h"
#include "inventory/stile-code-frame.h"

/* From PipeWire to a picture that GTK draws as it is, and to one in grey for the reader of codes.  What comes too fast for
 * either is dropped before anything is done with it.  No alpha: videoconvert takes for one whatever BGRx has in its place.
 * Everything is copied before it goes into a queue: PipeWire unmaps its memory when the camera goes, whoever reads there.
 * No side has more than 1920 pixels: every camera can give such a picture, and codes are read in smaller ones.
 *
 * Tried with PipeWire 0.3.65 and a camera of its own kind, tests/app/fake-camera-main.c, not with one of glass: those that
 * give nothing but JPEG find no common format here. */
#define PIPELINE                                                                                             \
  "pipewiresrc name=source do-timestamp=true always-copy=true ! video/x-raw,width=[1,1920],height=[1,1920] " \
  "! tee name=both "                                                                                         \
  "both. ! queue leaky=downstream max-size-buffers=1 ! videorate drop-only=true max-rate=15 "                \
  "! videoconvert ! video/x-raw,format=RGB ! appsink name=picture sync=false max-buffers=1 drop=true "       \
  "both. ! queue leaky=downstream max-size-buffers=1 ! videorate drop-only=true max-rate=5 "                 \
  "! videoconvert ! video/x-raw,format=GRAY8 ! appsink name=codes sync=false max-buffers=1 drop=true"

/* --- what comes out of it, in GStreamer's threads: they know nothing but their element --- */

static void
post (GstElement *from, GstStructure *structure)
{
  gst_element_post_message (from, gst_message_new_application (GST_OBJECT (from), structure));
}

/* The picture stays where it is, and is the newest one when somebody fetches it. */
static GstFlowReturn
picture_came (GstAppSink *sink, gpointer user_data)
{
  post (GST_ELEMENT (sink), gst_structure_new_empty (STILE_CAMERA_PIPELINE_PICTURE));
  return GST_FLOW_OK;
}

static GPtrArray *
read_codes (GstSample *sample)
{
  GstVideoInfo info;
  GstVideoFrame frame;
  GPtrArray *texts;

  if (!gst_video_info_from_caps (&info, gst_sample_get_caps (sample)) ||
      !gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ))
    return NULL;

  texts = stile_code_frame_read (
      GST_VIDEO_FRAME_PLANE_DATA (&frame, 0), (guint)GST_VIDEO_FRAME_WIDTH (&frame),
      (guint)GST_VIDEO_FRAME_HEIGHT (&frame), (guint)GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0));
  gst_video_frame_unmap (&frame);
  return texts;
}

/* The queue before it drops what comes meanwhile. */
static GstFlowReturn
frame_came (GstAppSink *sink, gpointer user_data)
{
  g_autoptr (GstSample) sample = gst_app_sink_try_pull_sample (sink, 0);
  g_autoptr (GPtrArray) texts = sample != NULL ? read_codes (sample) : NULL;

  if (texts != NULL && texts->len > 0)
    post (GST_ELEMENT (sink), gst_structure_new (STILE_CAMERA_PIPELINE_CODES, STILE_CAMERA_PIPELINE_CODES,
                                                 G_TYPE_PTR_ARRAY, texts, NULL));
  return GST_FLOW_OK;
}

/* --- how it is made: in a thread, since looking for plug-ins and for PipeWire takes its time --- */

#define DESCRIPTOR "stile-descriptor"

typedef struct
{
  int fd;
} Descriptor;

static void
descriptor_clear (gpointer data)
{
  close (((Descriptor *)data)->fd);
}

static void
descriptor_release (gpointer data)
{
  g_atomic_rc_box_release_full (data, descriptor_clear);
}

static GstElement *
parse (GError **error)
{
  g_autoptr (GstParseContext) context = gst_parse_context_new ();
  g_autoptr (GError) problem = NULL;
  GstElement *pipeline = gst_parse_launch_full (PIPELINE, context, GST_PARSE_FLAG_FATAL_ERRORS, &problem);

  if (pipeline == NULL)
    g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                 _ ("A part of GStreamer that shows a camera is missing (%s). Install "
                    "“gstreamer1.0-pipewire” and “gstreamer1.0-plugins-base”."),
                 problem->message);
  return pipeline != NULL ? gst_object_ref_sink (pipeline) : NULL;
}

/* PipeWire's element has a copy of the descriptor, but knows its connection by the number: that stays open as long. */
static void
set_up_source (GstElement *pipeline, Descriptor *descriptor)
{
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  g_autoptr (GstStructure) properties =
      gst_structure_new ("properties", "media.type", G_TYPE_STRING, "Video", "media.category", G_TYPE_STRING,
                         "Capture", "media.role", G_TYPE_STRING, "Camera", NULL);

  g_object_set_data_full (G_OBJECT (pipeline), DESCRIPTOR, g_atomic_rc_box_acquire (descriptor),
                          descriptor_release);
  g_object_set (source, "fd", descriptor->fd, "client-name", "Stile", "stream-properties", properties, NULL);
}

static void
listen_to (GstElement *pipeline, const char *name, GstFlowReturn (*came) (GstAppSink *, gpointer))
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), name);
  GstAppSinkCallbacks callbacks = { .new_sample = came };

  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, NULL, NULL);
}

static void
play (GTask *task, gpointer object, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  g_autoptr (GstElement) pipeline = NULL;

  if (gst_init_check (NULL, NULL, &error))
    pipeline = parse (&error);
  if (pipeline == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  set_up_source (pipeline, data);
  listen_to (pipeline, "picture", picture_came);
  listen_to (pipeline, "codes", frame_came);
  /* Whatever comes of this is said on the bus. */
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_task_return_pointer (task, g_steal_pointer (&pipeline), (GDestroyNotify)stile_camera_pipeline_end);
}

/**
 * stile_camera_pipeline_play_async:
 * @fd: (transfer full): a connection to PipeWire
 *
 * Shows the camera at the other end.
 */
void
stile_camera_pipeline_play_async (int fd,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Descriptor *descriptor = g_atomic_rc_box_new0 (Descriptor);

  descriptor->fd = fd;
  g_task_set_source_tag (task, stile_camera_pipeline_play_async);
  g_task_set_task_data (task, descriptor, descriptor_release);
  g_task_run_in_thread (task, play);
}

/**
 * stile_camera_pipeline_play_finish:
 * @error: %STILE_ERROR_SETTINGS when GStreamer is not all there
 *
 * Returns: (transfer full): what plays, or says on its bus why it does not; give it to stile_camera_pipeline_end()
 */
GstElement *
stile_camera_pipeline_play_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * stile_camera_pipeline_get_fd:
 *
 * Returns: the connection to PipeWire, which hangs up when PipeWire ends: the pipeline may not say so; nothing is to be
 *   read from it
 */
int
stile_camera_pipeline_get_fd (GstElement *pipeline)
{
  const Descriptor *descriptor = g_object_get_data (G_OBJECT (pipeline), DESCRIPTOR);

  return descriptor->fd;
}

static GdkTexture *
make_texture (GstSample *sample)
{
  GstVideoInfo info;
  GstVideoFrame frame;
  g_autoptr (GBytes) bytes = NULL;
  gsize stride;

  if (!gst_video_info_from_caps (&info, gst_sample_get_caps (sample)) ||
      !gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ))
    return NULL;

  stride = (gsize)GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0);
  bytes = g_bytes_new (GST_VIDEO_FRAME_PLANE_DATA (&frame, 0), stride * (gsize)info.height);
  gst_video_frame_unmap (&frame);
  return gdk_memory_texture_new (info.width, info.height, GDK_MEMORY_R8G8B8, bytes, stride);
}

/**
 * stile_camera_pipeline_take_picture:
 *
 * Returns: (transfer full) (nullable): the newest, once
 */
GdkTexture *
stile_camera_pipeline_take_picture (GstElement *pipeline)
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "picture");
  g_autoptr (GstSample) sample = gst_app_sink_try_pull_sample (GST_APP_SINK (sink), 0);

  return sample != NULL ? make_texture (sample) : NULL;
}

static void
end_in_thread (GstElement *pipeline, gpointer user_data)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

/**
 * stile_camera_pipeline_end:
 * @pipeline: (transfer full): what played
 *
 * Lets go of the camera, in a thread: a PipeWire that hangs takes its time.
 */
void
stile_camera_pipeline_end (GstElement *pipeline)
{
  gst_element_call_async (pipeline, end_in_thread, NULL, NULL);
  gst_object_unref (pipeline);
}
