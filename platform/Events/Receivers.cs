using System.Net;
using System.Net.Sockets;
using Ips.Contracts.Reporting.V1;

namespace Ips.Platform.Events;

/// <summary>What a receiver answered.</summary>
/// <param name="Status">The HTTP status; 0 when there was no answer.</param>
/// <param name="Failure">Why it is no acknowledgement; unspecified when it is one.</param>
public readonly record struct ReceiverAnswer(int Status, DeliveryFailure Failure)
{
    /// <summary>Whether the receiver acknowledged the message.</summary>
    public bool Acknowledged => Failure == DeliveryFailure.Unspecified;

    /// <summary>Whether the receiver is gone for good.</summary>
    public bool Gone => Status == (int)HttpStatusCode.Gone;
}

/// <summary>
/// Sends messages to addresses that partners registered. A partner cannot use it to reach what is not public: each connection resolves the name again and
/// connects to an address that was checked, redirects are not followed, no proxy of the environment is used, and no content of an answer is read.
/// </summary>
public sealed class Receivers : IDisposable
{
    // After each failed attempt in a row; the last one from then on.
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1),
        TimeSpan.FromHours(2), TimeSpan.FromHours(4),
    ];

    private readonly HostNames names;
    private readonly TimeSpan timeout;
    private readonly bool allowLoopback;
    private readonly HttpClient http;

    /// <summary>Opens no connection yet.</summary>
    /// <param name="names">Resolves names of hosts.</param>
    /// <param name="timeout">How long a receiver may take to answer.</param>
    /// <param name="allowLoopback">For a sandbox only: addresses of this machine are allowed, for them also http.</param>
    public Receivers(HostNames names, TimeSpan timeout, bool allowLoopback)
    {
        (this.names, this.timeout, this.allowLoopback) = (names, timeout, allowLoopback);
        http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = Connect,
            ConnectTimeout = timeout,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.Add(new("ips-platform", "1"));
    }

    /// <summary>How long to wait after so many failed attempts in a row, from 1 on.</summary>
    public static TimeSpan WaitAfter(int attempts) => Waits[Math.Min(attempts, Waits.Length) - 1];

    /// <summary>What is wrong with an address, as the rest of a sentence that begins with its field; null when it may be used now.</summary>
    public async Task<string?> Complaint(string url, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || url.Length > 500 || uri.Host.Length == 0)
            return "is not an address; send https://host/path of at most 500 characters";
        if (uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
            return "has a user name or a fragment; send https://host/path";
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
        return uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && allowLoopback && Array.TrueForAll(addresses, IPAddress.IsLoopback))
            ? null
            : "is not https; send an https address";
    }

    /// <summary>Sends a message to an address that was checked when it was registered, and waits for the answer.</summary>
    public async Task<ReceiverAnswer> Send(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            using var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return new((int)answer.StatusCode, answer.IsSuccessStatusCode ? DeliveryFailure.Unspecified : DeliveryFailure.Status);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(0, DeliveryFailure.Timeout);
        }
        catch (HttpRequestException failed)
        {
            return new(0, failed.GetBaseException() switch
            {
                NotPublicException => DeliveryFailure.Address,
                SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } => DeliveryFailure.Name,
                _ => DeliveryFailure.Connection,
            });
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private bool IsAllowed(IPAddress address) => PublicAddresses.IsPublic(address) || (allowLoopback && IPAddress.IsLoopback(address));

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
