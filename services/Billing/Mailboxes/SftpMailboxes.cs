using System.Net.Sockets;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Messages.Transport;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Mailboxes;

/// <summary>A file in a folder of a mailbox.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="WrittenAt">When it was last written to, as the server says it.</param>
public sealed record MailboxFile(string Name, long Size, DateTimeOffset WrittenAt);

/// <summary>What is done in a mailbox, each call one step at the server.</summary>
public interface IMailboxSession : IAsyncDisposable
{
    /// <summary>The regular files of a folder.</summary>
    Task<IReadOnlyList<MailboxFile>> List(string folder, CancellationToken cancellationToken);

    /// <summary>The size of a file; null when there is none.</summary>
    Task<long?> Size(string path, CancellationToken cancellationToken);

    /// <summary>Writes a file; one that is there is replaced.</summary>
    Task Write(string path, byte[] content, CancellationToken cancellationToken);

    /// <summary>Reads a file.</summary>
    Task<byte[]> Read(string path, CancellationToken cancellationToken);

    /// <summary>Renames a file in one step. One that has the new name is never replaced: the call fails.</summary>
    Task Rename(string path, string to, CancellationToken cancellationToken);

    /// <summary>Removes a file.</summary>
    Task Delete(string path, CancellationToken cancellationToken);
}

/// <summary>Opens mailboxes.</summary>
public interface IMailboxes
{
    /// <summary>Connects and signs in. Who asks for it disposes it.</summary>
    Task<IMailboxSession> Open(Mailbox mailbox, CancellationToken cancellationToken);
}

/// <summary>A step that failed for a reason that is no exception of the library.</summary>
public sealed class MailboxException(Proto.FileTransferProblem problem) : Exception(problem.ToString())
{
    /// <summary>The reason.</summary>
    public Proto.FileTransferProblem Problem => problem;

    /// <summary>Why a step failed; null when it was not the mailbox.</summary>
    public static Proto.FileTransferProblem? ProblemOf(Exception broken) => broken switch
    {
        MailboxException known => known.Problem,
        SshAuthenticationException => Proto.FileTransferProblem.Login,
        SftpPathNotFoundException or SftpPermissionDeniedException => Proto.FileTransferProblem.Folder,
        SshException or SocketException or IOException or TimeoutException or ObjectDisposedException => Proto.FileTransferProblem.Unreachable,
        _ => null,
    };
}

/// <summary>Mailboxes over SFTP.</summary>
internal sealed class SftpMailboxes(Microsoft.Extensions.Options.IOptions<MailboxOptions> options) : IMailboxes
{
    public async Task<IMailboxSession> Open(Mailbox mailbox, CancellationToken cancellationToken)
    {
        var key = mailbox.OpenKey();
        var (client, refused) = (new SftpClient(new Renci.SshNet.ConnectionInfo(mailbox.Host, mailbox.Port, mailbox.User, new PrivateKeyAuthenticationMethod(mailbox.User, key))
        {
            Timeout = options.Value.Timeout,
        })
        { OperationTimeout = options.Value.Timeout }, false);
        client.HostKeyReceived += (_, server) =>
        {
            server.CanTrust = mailbox.HostKeys.Contains($"SHA256:{server.FingerPrintSHA256}");
            refused = !server.CanTrust;
        };
        try
        {
            await client.ConnectAsync(cancellationToken);
            return new Session(client, key);
        }
        catch (Exception broken)
        {
            client.Dispose();
            key.Dispose();
            if (refused)
                throw new MailboxException(Proto.FileTransferProblem.HostKey);
            // The server may also end the connection of who it does not know.
            throw broken is SshConnectionException { DisconnectReason: DisconnectReason.NoMoreAuthenticationMethodsAvailable }
                ? new MailboxException(Proto.FileTransferProblem.Login) : broken;
        }
    }

    private sealed class Session(SftpClient client, PrivateKeyFile key) : IMailboxSession
    {
        public async Task<IReadOnlyList<MailboxFile>> List(string folder, CancellationToken cancellationToken) =>
            [.. (await client.ListDirectoryAsync(folder, cancellationToken).ToListAsync(cancellationToken)).Where(f => f.IsRegularFile)
                .Select(f => new MailboxFile(f.Name, f.Length, new DateTimeOffset(f.LastWriteTimeUtc, TimeSpan.Zero)))];

        public async Task<long?> Size(string path, CancellationToken cancellationToken)
        {
            try
            {
                return (await client.GetAttributesAsync(path, cancellationToken)).Size;
            }
            catch (SftpPathNotFoundException)
            {
                return null;
            }
        }

        public async Task Write(string path, byte[] content, CancellationToken cancellationToken)
        {
            using MemoryStream stream = new(content);
            await client.UploadFileAsync(stream, path, cancellationToken);
        }

        public async Task<byte[]> Read(string path, CancellationToken cancellationToken)
        {
            using MemoryStream content = new();
            await client.DownloadFileAsync(path, content, cancellationToken);
            return content.ToArray();
        }

        public Task Rename(string path, string to, CancellationToken cancellationToken) => client.RenameFileAsync(path, to, cancellationToken);

        public Task Delete(string path, CancellationToken cancellationToken) => client.DeleteFileAsync(path, cancellationToken);

        public ValueTask DisposeAsync()
        {
            client.Dispose();
            key.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
