namespace Ips.Reporting.Webhooks;

/// <summary>How webhooks are sent; section <c>Webhooks</c> of the configuration.</summary>
public sealed class WebhookOptions
{
    /// <summary>For a sandbox only: addresses of this machine are allowed, for them also http.</summary>
    public bool AllowLoopback { get; set; }

    /// <summary>How long a receiver may take to answer.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often webhooks are looked at when no event comes.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>After how long without an acknowledgement a webhook is disabled.</summary>
    public TimeSpan DisableAfter { get; set; } = TimeSpan.FromDays(5);

    /// <summary>How long the secret before signs too.</summary>
    public TimeSpan KeepPreviousSecret { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long deliveries are listed.</summary>
    public TimeSpan KeepDeliveries { get; set; } = TimeSpan.FromDays(90);
}
