using Grpc.Core;
using Xunit;

namespace Ips.Compat.Tests.Rpc;

public sealed class CredentialsTests
{
    private static readonly CallCredentials Token = CallCredentials.FromInterceptor((_, metadata) =>
    {
        metadata.Add("authorization", "Bearer t");
        return Task.CompletedTask;
    });

    [Fact]
    public void Call_credentials_do_not_go_with_a_channel_in_the_clear()
    {
        Assert.Throws<ArgumentException>(() => ChannelCredentials.Create(ChannelCredentials.Insecure, Token));
        Assert.Throws<ArgumentException>(() => ChannelCredentials.Create(ChannelCredentials.Create(ChannelCredentials.SecureSsl, Token), Token));
        Assert.NotNull(ChannelCredentials.Create(ChannelCredentials.SecureSsl, Token));
    }

    [Fact]
    public void Transport_is_told_what_the_credentials_are()
    {
        var seen = new Seen();
        ChannelCredentials.Insecure.InternalPopulateConfiguration(seen, null);
        new SslCredentials().InternalPopulateConfiguration(seen, null);
        ChannelCredentials.Create(ChannelCredentials.SecureSsl, Token).InternalPopulateConfiguration(seen, null);
        Assert.Equal(["insecure", "ssl", "composite"], seen.What);
    }

    [Fact]
    public void Composing_takes_two_or_more()
    {
        Assert.Throws<ArgumentException>(() => CallCredentials.Compose(Token));
        Assert.Throws<ArgumentNullException>(() => CallCredentials.FromInterceptor(null!));
        var seen = new SeenCalls();
        CallCredentials.Compose(Token, Token).InternalPopulateConfiguration(seen, null);
        Assert.Equal(2, seen.Composed);
    }

    private sealed class Seen : ChannelCredentialsConfiguratorBase
    {
        public List<string> What { get; } = [];

        public override void SetInsecureCredentials(object? state) => What.Add("insecure");

        public override void SetSslCredentials(
            object? state, string? rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback) => What.Add("ssl");

        public override void SetCompositeCredentials(object? state, ChannelCredentials channelCredentials, CallCredentials callCredentials) =>
            What.Add("composite");
    }

    private sealed class SeenCalls : CallCredentialsConfiguratorBase
    {
        public int Composed { get; private set; }

        public override void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials) => Composed = credentials.Count;

        public override void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor) => throw new InvalidOperationException();
    }
}
