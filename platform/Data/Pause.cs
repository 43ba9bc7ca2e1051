namespace Ips.Platform.Data;

/// <summary>Waiting that ends quietly when the service stops.</summary>
public static class Pause
{
    /// <summary>Waits that long, or until the service stops.</summary>
    public static async Task For(TimeSpan time, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The service stops; the caller's loop sees the same token.
        }
    }
}
