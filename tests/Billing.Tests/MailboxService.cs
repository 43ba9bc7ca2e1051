using Ips.Billing.Mailboxes;
using Ips.Testing;
using LocalServers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>Billing with mailboxes on an OpenSSH server. A round runs when a test says so.</summary>
public sealed class MailboxService : CashService
{
    /// <summary>Payers with a mailbox that works.</summary>
    public static IReadOnlyList<string> Payers { get; } = [.. Enumerable.Range(1, 10).Select(i => $"mailbox-{i}")];

    /// <summary>Payers whose mailbox has something wrong.</summary>
    public const string OtherHost = "other-host", OtherLogin = "other-login", NoFolder = "no-folder";

    private int used;

    public LocalSsh Server { get; private set; } = null!;

    public Proto.FileTransfers.FileTransfersClient Transfers => new(Calls);

    public override async Task InitializeAsync()
    {
        Server = await TestServers.OwnSshAsync();
        // The first round is at the start, when there is nothing yet.
        Settings["Mailboxes:Interval"] = "1.00:00:00";
        foreach (var payer in Payers.Append(OtherHost).Append(OtherLogin).Append(NoFolder))
        {
            foreach (var folder in new[] { "out", "in", "archive" })
                Directory.CreateDirectory(Folder(payer, folder));
            Settings[$"Mailboxes:At:{payer}:Provider"] = Provider;
            Settings[$"Mailboxes:At:{payer}:Payer"] = payer;
            Settings[$"Mailboxes:At:{payer}:Host"] = "127.0.0.1";
            Settings[$"Mailboxes:At:{payer}:Port"] = $"{Server.Port}";
            Settings[$"Mailboxes:At:{payer}:User"] = payer == OtherLogin ? "stranger" : Server.Username;
            Settings[$"Mailboxes:At:{payer}:PrivateKey"] = Server.PrivateKey;
            Settings[$"Mailboxes:At:{payer}:HostKeys:0"] = payer == OtherHost ? "SHA256:0000000000000000000000000000000000000000000" : Server.HostKey;
            Settings[$"Mailboxes:At:{payer}:Outgoing"] = payer == NoFolder ? "/nowhere" : Folder(payer, "out");
            Settings[$"Mailboxes:At:{payer}:Incoming"] = Folder(payer, "in");
            Settings[$"Mailboxes:At:{payer}:Archive"] = Folder(payer, "archive");
        }

        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await Server.DisposeAsync();
        Server.DeleteData();
    }

    /// <summary>A folder as the payer sees it.</summary>
    public string Folder(string payer, string folder) => Path.Combine(Server.Files, payer, folder);

    /// <summary>The names in a folder, hidden ones too.</summary>
    public List<string> In(string payer, string folder) => [.. Directory.GetFiles(Folder(payer, folder)).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    /// <summary>A payer with a mailbox that no other test uses, and whom we are for it.</summary>
    public async Task<string> OwnMailbox() => await Payer(code: Payers[Interlocked.Increment(ref used) - 1]);

    /// <summary>A batch of one line.</summary>
    public async Task<Proto.ClaimBatch> NewBatch(string payer)
    {
        await ReadyLine((await Insured(payer)).Name);
        return await Batches.CreateClaimBatchAsync(Batch(payer), Us);
    }

    /// <summary>A round of one mailbox, when every file may be tried again.</summary>
    public async Task Round(string payer, Func<IMailboxes, IMailboxes>? through = null, CancellationToken cancellationToken = default)
    {
        Clock.Advance(TimeSpan.FromHours(1));
        await using var scope = Services.CreateAsyncScope();
        var real = scope.ServiceProvider.GetRequiredService<IMailboxes>();
        var files = ActivatorUtilities.CreateInstance<ExchangeFiles>(scope.ServiceProvider, through?.Invoke(real) ?? real, Only(payer));
        await files.Exchange(cancellationToken);
    }

    private IOptions<MailboxOptions> Only(string payer)
    {
        var all = Services.GetRequiredService<IOptions<MailboxOptions>>().Value;
        return Options.Create(new MailboxOptions { Interval = all.Interval, Timeout = all.Timeout, At = { [payer] = all.At[payer] } });
    }

    /// <summary>The files of a payer, oldest first.</summary>
    public async Task<List<Proto.FileTransfer>> Files(string payer) =>
        [.. (await Transfers.ListFileTransfersAsync(new() { Payer = $"organizations/{payer}", PageSize = 200 }, Us)).FileTransfers.Reverse()];

    /// <summary>The payer puts a file into its mailbox, as a whole.</summary>
    public void Put(string payer, string name, string content)
    {
        var hidden = Path.Combine(Folder(payer, "in"), $".{name}");
        File.WriteAllText(hidden, content);
        File.Move(hidden, Path.Combine(Folder(payer, "in"), name));
    }

    /// <summary>The settings as they are checked at the start.</summary>
    public static IEnumerable<string> Wrong(Action<Mailbox> change, MailboxService service)
    {
        var box = service.Services.GetRequiredService<IOptions<MailboxOptions>>().Value.At[Payers[0]];
        Mailbox other = new()
        {
            Provider = box.Provider,
            Payer = box.Payer,
            Host = box.Host,
            Port = box.Port,
            User = box.User,
            PrivateKey = box.PrivateKey,
            HostKeys = [.. box.HostKeys],
            Outgoing = box.Outgoing,
            Incoming = box.Incoming,
            Archive = box.Archive,
        };
        change(other);
        return new CheckMailboxes().Validate(null, new MailboxOptions { At = { ["test"] = other } }).Failures ?? [];
    }
}

[AnsweredRule.Named]
[CollectionDefinition("mailboxes")]
public sealed class MailboxCollection : ICollectionFixture<MailboxService>;

/// <summary>Ends the process, as far as the exchange can see, before or after one step in the mailbox of a payer.</summary>
internal sealed class EndsAt(IMailboxes real, string payer, int step, bool before, CancellationTokenSource process) : IMailboxes
{
    private int steps;

    public async Task<IMailboxSession> Open(Mailbox mailbox, CancellationToken cancellationToken) =>
        await real.Open(mailbox, cancellationToken) is var session && mailbox.Payer == payer ? new Session(session, this) : session;

    private async Task<T> Step<T>(Func<Task<T>> take)
    {
        var last = steps++ == step;
        if (last && before)
            End();
        var result = await take();
        if (last)
            End();
        return result;
    }

    private void End()
    {
        process.Cancel();
        process.Token.ThrowIfCancellationRequested();
    }

    private sealed class Session(IMailboxSession session, EndsAt ends) : IMailboxSession
    {
        public Task<IReadOnlyList<MailboxFile>> List(string folder, CancellationToken cancellationToken) => ends.Step(() => session.List(folder, cancellationToken));

        public Task<long?> Size(string path, CancellationToken cancellationToken) => ends.Step(() => session.Size(path, cancellationToken));

        public Task Write(string path, byte[] content, CancellationToken cancellationToken) => Do(() => session.Write(path, content, cancellationToken));

        public Task<byte[]> Read(string path, CancellationToken cancellationToken) => ends.Step(() => session.Read(path, cancellationToken));

        public Task Rename(string path, string to, CancellationToken cancellationToken) => Do(() => session.Rename(path, to, cancellationToken));

        public Task Delete(string path, CancellationToken cancellationToken) => Do(() => session.Delete(path, cancellationToken));

        public ValueTask DisposeAsync() => session.DisposeAsync();

        private Task Do(Func<Task> take) => ends.Step(async () =>
        {
            await take();
            return true;
        });
    }
}
