using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Webhooks;

/// <summary>What a receiver answered.</summary>
/// <param name="Status">The HTTP status; 0 when there was no answer.</param>
/// <param name="Failure">Why it is no acknowledgement; unspecified when it is one.</param>
public readonly record struct WebhookAnswer(int Status, Proto.DeliveryFailure Failure)
{
    /// <summary>Whether the receiver acknowledged the message.</summary>
    public bool Acknowledged => Failure == Proto.DeliveryFailure.Unspecified;
}

/// <summary>
/// Sends signed messages by the Standard Webhooks specification. A receiver cannot use it to reach what is not public: each connection resolves the name again
/// and connects to an address that was checked, redirects are not followed, no proxy of the environment is used, and no content of an answer is read.
/// </summary>
public sealed class WebhookClient : IDisposable
{
    /// <summary>Of a secret: 32 random bytes in base64 stand behind it.</summary>
    public const string SecretPrefix = "whsec_";

    private readonly HostNames names;
    private readonly WebhookOptions options;
    private readonly HttpClient http;

    /// <summary>Opens no connection yet.</summary>
    public WebhookClient(HostNames names, IOptions<WebhookOptions> options)
    {
        (this.names, this.options) = (names, options.Value);
        http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = Connect,
            ConnectTimeout = this.options.Timeout,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.Add(new("ips-platform", "1"));
    }

    /// <summary>A new secret.</summary>
    public static string NewSecret() => SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>The signature of a message: <c>v1,</c> and base64 of the HMAC-SHA256 over id, timestamp and body with a dot between them.</summary>
    public static string Sign(string secret, string id, long timestamp, string body)
    {
        var key = Convert.FromBase64String(secret[SecretPrefix.Length..]);
        var signed = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.{body}"));
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed));
    }

    /// <summary>What is wrong with an address, as the rest of a sentence that begins with its field; null when it may be used now.</summary>
    public async Task<string?> Complaint(string url, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || url.Length > 500 || uri.Host.Length == 0)
            return "is not an address; send https://host/path of at most 500 characters";
        if (uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
            return "has a user name or a fragment; send https://host/path, the signature proves the sender";
        IPAddress[] addresses;
        try
        {
            addresses = await names.Resolve(uri.DnsSafeHost, cancellationToken);
        }
        catch (SocketException)
        {
            return "has a name without an address; send a name that resolves";
        }

        if (!Array.TrueForAll(addresses, IsAllowed))
            return "leads to an address that is not public (private, loopback or link-local); send one that is reached from the internet";
        return uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && options.AllowLoopback && Array.TrueForAll(addresses, IPAddress.IsLoopback))
            ? null
            : "is not https; send an https address";
    }

    /// <summary>Sends a message and waits for the answer.</summary>
    /// <param name="url">The address, which was checked when it was registered.</param>
    /// <param name="id">The same on every attempt.</param>
    /// <param name="now">The time of this attempt.</param>
    /// <param name="body">JSON.</param>
    /// <param name="secrets">Every secret that signs.</param>
    /// <param name="cancellationToken">The service stops.</param>
    public async Task<WebhookAnswer> Send(
        string url, string id, DateTimeOffset now, string body, IEnumerable<string> secrets, CancellationToken cancellationToken)
    {
        var timestamp = now.ToUnixTimeSeconds();
        using HttpRequestMessage message = new(HttpMethod.Post, url);
        message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        message.Headers.Add("webhook-id", id);
        message.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        message.Headers.Add("webhook-signature", string.Join(' ', secrets.Select(secret => Sign(secret, id, timestamp, body))));
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.Timeout);
        try
        {
            using var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            return new((int)answer.StatusCode, answer.IsSuccessStatusCode ? Proto.DeliveryFailure.Unspecified : Proto.DeliveryFailure.Status);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(0, Proto.DeliveryFailure.Timeout);
        }
        catch (HttpRequestException failed)
        {
            return new(0, failed.GetBaseException() switch
            {
                NotPublicException => Proto.DeliveryFailure.Address,
                SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } => Proto.DeliveryFailure.Name,
                _ => Proto.DeliveryFailure.Connection,
            });
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private bool IsAllowed(IPAddress address) => PublicAddresses.IsPublic(address) || (options.AllowLoopback && IPAddress.IsLoopback(address));

    // The name may lead elsewhere than when it was registered. What is connected to is the address that was checked, not the name.
    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await names.Resolve(context.DnsEndPoint.Host, cancellationToken);
        if (!Array.TrueForAll(addresses, IsAllowed))
            throw new NotPublicException();
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class NotPublicException : Exception;
}
