//! `probonus-sandbox`: the server as a program of its own.

use std::net::{IpAddr, SocketAddr};

use clap::Parser;
use probonus_sandbox::{Options, Sandbox};

/// A ProBonus server of our own, for training, demo and tests.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// Port to listen on; 0 finds a free one.
    #[arg(long, default_value_t = 6896)]
    port: u16,
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// Seed of the data.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let args = Args::parse();
    let sandbox = Sandbox::seeded(Options { seed: args.seed, ..Options::default() });
    let running = sandbox.serve(SocketAddr::new(args.host, args.port)).await?;
    #[expect(clippy::print_stdout, reason = "whoever started the program reads from its output where it listens")]
    {
        println!("probonus-sandbox listens on {}", running.url());
    }
    let _ = tokio::signal::ctrl_c().await;
    running.stop().await;
    Ok(())
}
