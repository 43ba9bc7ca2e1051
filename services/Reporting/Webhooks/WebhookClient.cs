using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Ips.Reporting.Webhooks;

/// <summary>Sends signed messages by the Standard Webhooks specification.</summary>
public sealed class WebhookClient : IDisposable
{
    /// <summary>Of a secret: 32 random bytes in base64 stand behind it.</summary>
    public const string SecretPrefix = "whsec_";

    private readonly Receivers receivers;

    /// <summary>Opens no connection yet.</summary>
    public WebhookClient(HostNames names, IOptions<WebhookOptions> options) =>
        receivers = new(names, options.Value.Timeout, options.Value.AllowLoopback);

    /// <summary>A new secret.</summary>
    public static string NewSecret() => SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>The signature of a message: <c>v1,</c> and base64 of the HMAC-SHA256 over id, timestamp and body with a dot between them.</summary>
    public static string Sign(string secret, string id, long timestamp, string body)
    {
        var key = Convert.FromBase64String(secret[SecretPrefix.Length..]);
        var signed = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.{body}"));
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed));
    }

    /// <inheritdoc cref="Receivers.Complaint"/>
    public Task<string?> Complaint(string url, CancellationToken cancellationToken) => receivers.Complaint(url, cancellationToken);

    /// <summary>Sends a message and waits for the answer.</summary>
    /// <param name="url">The address, which was checked when it was registered.</param>
    /// <param name="id">The same on every attempt.</param>
    /// <param name="now">The time of this attempt.</param>
    /// <param name="body">JSON.</param>
    /// <param name="secrets">Every secret that signs.</param>
    /// <param name="cancellationToken">The service stops.</param>
    public async Task<ReceiverAnswer> Send(
        string url, string id, DateTimeOffset now, string body, IEnumerable<string> secrets, CancellationToken cancellationToken)
    {
        var timestamp = now.ToUnixTimeSeconds();
        using HttpRequestMessage message = new(HttpMethod.Post, url);
        message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        message.Headers.Add("webhook-id", id);
        message.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        message.Headers.Add("webhook-signature", string.Join(' ', secrets.Select(secret => Sign(secret, id, timestamp, body))));
        return await receivers.Send(message, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => receivers.Dispose();
}
