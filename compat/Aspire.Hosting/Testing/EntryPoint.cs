using System.Reflection;

namespace Aspire.Hosting.Testing;

/// <summary>
/// Runs the Main of an application host inside a test, and stops it twice: before it builds, so that the test can change what it
/// described, and before it starts.
/// </summary>
internal sealed class EntryPoint(Assembly assembly, string[] arguments)
{
    private static readonly AsyncLocal<EntryPoint?> Ambient = new();
    private readonly TaskCompletionSource<IDistributedApplicationBuilder> created = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> built = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource mayStart = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource mayBuild = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The entry point in whose flow this code runs; null in the test itself and outside tests.</summary>
    public static EntryPoint? Current => Ambient.Value;

    public Assembly Assembly => assembly;
    public string[] Arguments => arguments;
    public Task MayStart => mayStart.Task;

    public Task<IDistributedApplicationBuilder> RunToBuilderAsync(CancellationToken stop)
    {
        var main = assembly.EntryPoint ?? throw new InvalidOperationException($"{assembly.GetName().Name} has no entry point: it is not an application host.");
        var thread = new Thread(() =>
        {
            Ambient.Value = this;
            try
            {
                var result = main.Invoke(null, main.GetParameters().Length == 0 ? [] : [arguments]);
                if (result is Task task) task.GetAwaiter().GetResult();
                End(new InvalidOperationException($"The entry point of {assembly.GetName().Name} ended without building an application."));
            }
            catch (TargetInvocationException e)
            {
                End(e.InnerException!);
            }
            catch (Exception e)
            {
                End(e);
            }
        })
        { IsBackground = true, Name = $"entry point of {assembly.GetName().Name}" };
        thread.Start();
        return created.Task.WaitAsync(stop);
    }

    public Task<DistributedApplication> BuildAsync(CancellationToken stop)
    {
        mayBuild.TrySetResult();
        return built.Task.WaitAsync(stop);
    }

    public void AllowStart() => mayStart.TrySetResult();

    public void Created(IDistributedApplicationBuilder builder) => created.TrySetResult(builder);

    public void WaitForBuild() => mayBuild.Task.Wait();

    public void Built(DistributedApplication application)
    {
        built.TrySetResult(application);
    }

    private void End(Exception why)
    {
        created.TrySetException(why);
        built.TrySetException(why);
    }
}
