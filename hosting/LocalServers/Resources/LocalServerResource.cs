using Aspire.Hosting.ApplicationModel;

namespace LocalServers.Resources;

/// <summary>A private server of this machine that Aspire's orchestrator runs.</summary>
public abstract class LocalServerResource(string name, string workingDirectory)
    : ExecutableResource(name, "/bin/sh", workingDirectory), IResourceWithConnectionString
{
    /// <inheritdoc/>
    public abstract ReferenceExpression ConnectionStringExpression { get; }

    /// <summary>Why the server could not be started, and what to do; null when nothing went wrong.</summary>
    public string? Failure { get; private set; }

    /// <summary>Installs the server where it is missing, and puts its files in order.</summary>
    internal async Task PrepareAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PrepareFilesAsync(cancellationToken);
        }
        catch (Exception e) when (e is LocalServerException or IOException or UnauthorizedAccessException)
        {
            Failure = e.Message;
            throw;
        }
    }

    /// <summary>Returns null when a login succeeds, or fails.</summary>
    internal abstract Task<string?> LoginAsync(CancellationToken cancellationToken);

    private protected abstract Task PrepareFilesAsync(CancellationToken cancellationToken);

    private protected static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "local-servers", name);
}
