using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Ips.Contracts.Common.V1;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ips.Platform.StoredDocuments;

/// <summary>Scans documents for viruses.</summary>
public interface IDocumentScanner
{
    /// <summary>The state of the bytes; <see cref="DocumentScan.Pending"/> when they could not be scanned now.</summary>
    Task<DocumentScan> Scan(IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken);
}

/// <summary>The service runs without a scanner.</summary>
internal sealed class NoScanner : IDocumentScanner
{
    public Task<DocumentScan> Scan(IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken) => Task.FromResult(DocumentScan.NotScanned);
}

/// <summary>Sends the bytes to clamd, or another scanner with its command INSTREAM.</summary>
internal sealed partial class ClamdScanner(IOptions<DocumentOptions> options, ILogger<ClamdScanner> log) : IDocumentScanner
{
    public async Task<DocumentScan> Scan(IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(options.Value.ScanTimeout);
        try
        {
            var answer = await Answer(content, limited.Token);
            if (answer.EndsWith(" OK", StringComparison.Ordinal))
                return DocumentScan.Clean;
            if (answer.EndsWith(" FOUND", StringComparison.Ordinal))
                return DocumentScan.Infected;
            Refused(log);
            return DocumentScan.Pending;
        }
        catch (Exception fault) when (fault is SocketException or IOException || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Away(log, fault.GetType());
            return DocumentScan.Pending;
        }
    }

    private async Task<string> Answer(IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken)
    {
        var address = options.Value.Scanner;
        var colon = address.LastIndexOf(':');
        using TcpClient scanner = new();
        await scanner.ConnectAsync(address[..colon], int.Parse(address[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture), cancellationToken);
        await using var stream = scanner.GetStream();
        await stream.WriteAsync("zINSTREAM\0"u8.ToArray(), cancellationToken);
        var length = new byte[sizeof(int)];
        await foreach (var piece in content.WithCancellation(cancellationToken))
        {
            // A length of 0 ends the stream.
            if (piece.Length == 0)
                continue;
            BinaryPrimitives.WriteInt32BigEndian(length, piece.Length);
            await stream.WriteAsync(length, cancellationToken);
            await stream.WriteAsync(piece, cancellationToken);
        }

        await stream.WriteAsync(new byte[sizeof(int)], cancellationToken);
        using StreamReader answer = new(stream, Encoding.ASCII);
        return (await answer.ReadToEndAsync(cancellationToken)).TrimEnd('\0', '\n');
    }

    [LoggerMessage(1220, LogLevel.Warning, "The virus scanner does not answer ({Fault}); the document is scanned later")]
    private static partial void Away(ILogger log, Type fault);

    [LoggerMessage(1221, LogLevel.Warning, "The virus scanner refused a document; it is scanned again later")]
    private static partial void Refused(ILogger log);
}
