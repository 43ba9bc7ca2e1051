using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;

namespace Ips.AppHost;

/// <summary>Writes what each resource prints to a file of its name, beside what the dashboard shows.</summary>
internal sealed class ResourceLogs(DistributedApplicationModel model, ResourceLoggerService loggers, string directory) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Directory.CreateDirectory(directory);
        try
        {
            await Task.WhenAll(model.Resources.Where(HasLog).Select(resource => WriteAsync(resource, stoppingToken)));
        }
        catch (OperationCanceledException)
        {
            // The end of the host.
        }
    }

    private static bool HasLog(IResource resource) => resource is not ParameterResource && !resource.Name.EndsWith("-rebuilder", StringComparison.Ordinal);

    private async Task WriteAsync(IResource resource, CancellationToken cancellationToken)
    {
        StreamWriter? file = null;
        try
        {
            await foreach (var lines in loggers.WatchAsync(resource).WithCancellation(cancellationToken))
            {
                file ??= new(new FileStream(
                    Path.Combine(directory, $"{resource.Name}.log"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete));
                foreach (var line in lines) await file.WriteLineAsync(line.Content.AsMemory(), cancellationToken);
                await file.FlushAsync(cancellationToken);
            }
        }
        finally
        {
            if (file is not null) await file.DisposeAsync();
        }
    }
}
